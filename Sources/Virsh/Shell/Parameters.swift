import Host
import Libvirt

extension TypedParameter.Value {
    /// As virsh prints it; `nil` for a type it does not know. virsh 9.0.0: `vshGetTypedParamValue`.
    var text: String? {
        switch self {
        case .int32(let value): "\(value)"
        case .uint32(let value): "\(value)"
        case .int64(let value): "\(value)"
        case .uint64(let value): "\(value)"
        case .double(let value): fixed(value, 6)
        case .boolean(let value): value ? "yes" : "no"
        case .string(let value): value
        case .unknown: nil
        }
    }
}

extension Shell {
    /// Prints a line for each parameter, `name: value` with the names `width` wide.
    func print(_ parameters: [TypedParameter], width: Int) {
        for parameter in parameters {
            guard let text = parameter.value.text else { continue }
            print("\(parameter.name.padded(width)): \(text)\n")
        }
    }
}

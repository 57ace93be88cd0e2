import Libvirt
import Text

extension TypedParameter.Value {
    /// The text that most commands print; `nil` for a type that virsh does not know.
    /// virsh 9.0.0: `vshGetTypedParamValue`.
    var text: String? {
        switch self {
        case .double(let value): fixed(value, 6)
        case .boolean(let value): value ? "yes" : "no"
        default: rawText
        }
    }

    /// libvirt's own text; differs for doubles and booleans.
    /// libvirt 9.0.0: `virTypedParameterToString`.
    var rawText: String? {
        switch self {
        case .int32(let value): "\(value)"
        case .uint32(let value): "\(value)"
        case .int64(let value): "\(value)"
        case .uint64(let value): "\(value)"
        case .double(let value): general(value)
        case .boolean(let value): value ? "1" : "0"
        case .string(let value): value
        case .unknown: nil
        }
    }
}

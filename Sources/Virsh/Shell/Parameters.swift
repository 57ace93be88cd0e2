import Libvirt

extension Shell {
    /// Prints a line for each parameter, `name: value` with the names `width` wide.
    func print(_ parameters: [TypedParameter], width: Int) {
        for parameter in parameters {
            guard let text = parameter.value.text else { continue }
            print("\(parameter.name.padded(width)): \(text)\n")
        }
    }
}

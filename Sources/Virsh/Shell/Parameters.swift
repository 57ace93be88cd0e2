import Libvirt
import Text

extension Shell {
    /// Prints a line `name: value` for each parameter, with names padded to `width` bytes.
    func print(_ parameters: [TypedParameter], width: Int) {
        for parameter in parameters {
            guard let text = parameter.value.text else { continue }  // a type of a newer libvirt
            print("\(parameter.name.padded(width)): \(text)\n")
        }
    }
}

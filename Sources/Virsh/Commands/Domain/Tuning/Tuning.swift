import Libvirt
import Text

extension Shell {
    /// Sets the changed parameters, or prints all parameters if there is no change. `failures`
    /// holds the error messages for setting, counting and reading; `shown` formats a value.
    func tune(
        _ domain: Domain, _ tunables: Domain.Tunables, _ changes: [TypedParameter],
        _ impact: Impact, failures: (set: String, count: String, get: String),
        shown: (TypedParameter) -> String = { $0.value.text ?? "" }
    ) throws(CommandFailure) {
        guard changes.isEmpty else {
            try explaining(failures.set) { () throws(LibvirtError) in
                try domain.setParameters(tunables, changes, impact)
            }
            return
        }
        // libvirt wants the number of parameters first, and virsh has an error for each call.
        let count = try explaining(failures.count) { () throws(LibvirtError) in
            try domain.parameterCount(tunables, impact)
        }
        let parameters = try explaining(failures.get) { () throws(LibvirtError) in
            try domain.parameters(tunables, count: count, impact)
        }
        for parameter in parameters {
            print("\(parameter.name.padded(15)): \(shown(parameter))\n")
        }
    }
}

package import Libvirt
package import Lifetime

extension BegunGuest {
    /// Destroys the domain if it is still in the run that was begun; returns whether it was.
    package func stop(_ connection: Connection) throws(LibvirtError) -> Bool {
        do throws(LibvirtError) {
            // Who reserved the domain may have defined it anew.
            let domain =
                run == .any
                ? try connection.domain(name: name)
                : try connection.domain(name: name, uuid: uuid)
            guard let id = domain.id else { return false }
            // A later run was started by someone else.
            if case .number(let number) = run, id != number { return false }
            try domain.destroy()
            return true
        } catch {
            // It does not exist, or it has stopped by itself.
            guard [.noDomain, .operationInvalid].contains(error.code) else { throw error }
            return false
        }
    }
}

import Libvirt
import Protocol
import Volumes

extension Parameters {
    /// Whether the client insists on overwriting a volume that is in use.
    mutating func force() -> ParameterKey<Bool> {
        flag(
            "force",
            "true: also overwrite a volume that a running domain uses, or one that another session "
                + "has reserved", isExtension: true)
    }
}

extension Session {
    /// The guard of the volumes that domains use; `force` turns it off. `mayStillWrite` is asked
    /// directly before the old volume is replaced, also with `force`.
    func overwriteGuard(
        force: Bool, mayStillWrite: @escaping () throws -> Void = {}
    ) -> OverwriteGuard {
        let reservations = reservations
        return OverwriteGuard(
            host, gate: gate, isForced: force, mayStillWrite: mayStillWrite
        ) { domain in
            try reservations.otherHolder(of: domain)
        }
    }
}

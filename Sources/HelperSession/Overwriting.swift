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
    /// The guard of the volumes that domains use; `force` turns it off.
    func overwriteGuard(force: Bool) -> OverwriteGuard {
        let reservations = reservations
        return OverwriteGuard(host, gate: gate, isForced: force) { domain in
            try reservations.otherHolder(of: domain)
        }
    }
}

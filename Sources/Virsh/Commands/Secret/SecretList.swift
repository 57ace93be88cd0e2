import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdSecretList` in virsh-secret.c.
    static let secretList = Command(
        "secret-list", .never, help: "list secrets"
    ) { options in
        let ephemeral = options.flag("ephemeral", "list secrets that are kept in memory only")
        let noEphemeral = options.flag("no-ephemeral", "list secrets that are stored on disk")
        let isPrivate = options.flag("private", "list secrets whose value cannot be read")
        let noPrivate = options.flag("no-private", "list secrets whose value can be read")

        return { shell, given in
            let secrets = try shell.secrets(
                given.flags([
                    (ephemeral, .ephemeral), (noEphemeral, .noEphemeral), (isPrivate, .private),
                    (noPrivate, .noPrivate),
                ]))
            var table = Table("UUID", "Usage")
            for (uuid, secret) in secrets { table.append(uuid, try usage(of: secret)) }
            shell.print(table)
        }
    }
}

extension Shell {
    /// Secrets, sorted by UUID. virsh 9.0.0: `virshSecretListCollect`.
    fileprivate func secrets(
        _ filter: Connection.SecretFilter
    ) throws -> [(uuid: String, secret: Secret)] {
        try unsortedSecrets(filter).map { secret in
            let uuid = try explaining("Failed to get uuid of secret") { () throws(LibvirtError) in
                try secret.uuid()
            }
            return (uuid: uuid, secret: secret)
        }.sortedIgnoringCase { $0.uuid }
    }

    private func unsortedSecrets(_ filter: Connection.SecretFilter) throws -> [Secret] {
        let connection = try connection
        do throws(LibvirtError) {
            return try connection.secrets(filter)
        } catch  where error.code == .noSupport {
            // virsh then makes older calls, which fail in drivers without secrets.
            LibvirtError.forgetReported()
            guard filter.isEmpty else {
                throw CommandFailure("Filtering is not supported by this libvirt")
            }
            _ = try explaining("Failed to count secrets") { () throws(LibvirtError) in
                try connection.secretCount()
            }
            return []
        } catch {
            throw CommandFailure("Failed to list node secrets")
        }
    }
}

/// What a secret is for, e.g. `volume /var/lib/libvirt/images/9.6.img`.
private func usage(of secret: Secret) throws(CommandFailure) -> String {
    // virsh gives up if it has no word for the type.
    guard let type = secret.usageType else { throw .silent }
    guard type != .unused else { return "Unused" }
    return "\(type.name) \(secret.usageID ?? "")"
}

extension Secret.UsageType: VirshNamed {
    /// virsh 9.0.0: `virSecretUsage`.
    var name: String {
        switch self {
        case .unused: "none"
        case .volume: "volume"
        case .ceph: "ceph"
        case .iscsi: "iscsi"
        case .tls: "tls"
        case .vtpm: "vtpm"
        }
    }
}

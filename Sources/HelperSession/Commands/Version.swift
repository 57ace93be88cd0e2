import InstallMedia
import Libvirt
import Policy
import Protocol
import Text

/// The program's own version, as in CHANGELOG.md.
package let helperVersion = "0.1.0"

extension SessionCommand {
    ///     C: {"cmd": "version"}
    ///     S: {"success": true, "cmd": "version", "helper": "0.1.0",
    ///         "libvirt": {"compiled": "9.0.0", "running": "11.3.0", "daemon": "11.3.0"},
    ///         "virsh": "11.3.0", "virt-install": "5.0.0",
    ///         "hypervisor": {"type": "QEMU", "version": "10.0.2"}, "uri": "qemu:///system",
    ///         "commands": ["ping", ...]}
    static let version = SessionCommand(
        "version", .reads, usesHost: false, group: .looking,
        summary: "show the versions of this program, of libvirt and of the hypervisor",
        example: "ssh HOST version"
    ) { _ in
        { session, _ in
            let connection = try session.host.open()
            return [
                "helper": .string(helperVersion),
                "libvirt": .object([
                    ("compiled", .string(versionText(Connection.compiledVersion))),
                    ("running", .string(versionText(try Connection.libraryVersion()))),
                    ("daemon", try versionIfKnown(connection.daemonVersion)),
                ]),
                "virsh": .string(LibvirtVersion.running.text),
                "virt-install": .string(InstallVersion.installed.text),
                "hypervisor": .object([
                    ("type", .string(try connection.type())),
                    ("version", try versionIfKnown(connection.hypervisorVersion)),
                ]),
                "uri": .string(try connection.uri()),
                "commands": .array(
                    SessionCommand.all.map(\.name).filter(session.policy.lists(command:)).map {
                        .string($0)
                    }),
            ]
        }
    }
}

/// A version as text; `null` if the driver does not report one.
private func versionIfKnown(
    _ version: () throws(LibvirtError) -> UInt
) throws(LibvirtError) -> JSONValue {
    do throws(LibvirtError) {
        let version = try version()
        return version == 0 ? .null : .string(versionText(version))
    } catch {
        guard error.code == .noSupport else { throw error }
        return .null
    }
}

import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVersion` in virsh-host.c.
    static let version = Command(
        "version", .read, help: "print the versions of libvirt and the hypervisor"
    ) { options in
        let daemon = options.flag("daemon", "print the version of the libvirt daemon, too")

        return { shell, given in
            let connection = try shell.connection
            let type = try shell.explaining("failed to get hypervisor type") {
                () throws(LibvirtError) in try connection.type()
            }
            // virsh is built together with the library, so both have the same version.
            shell.print("Compiled against library: libvirt \(shell.version.text)\n")
            let versions = try shell.explaining("failed to get the library version") {
                () throws(LibvirtError) in try Connection.versions(ofType: type)
            }
            shell.print("Using library: libvirt \(versionText(versions.library))\n")
            shell.print("Using API: \(type) \(versionText(versions.support))\n")
            let running = try shell.explaining("failed to get the hypervisor version") {
                () throws(LibvirtError) in try connection.hypervisorVersion()
            }
            if running == 0 {
                shell.print("Cannot extract running \(type) hypervisor version\n")
            } else {
                shell.print("Running hypervisor: \(type) \(versionText(running))\n")
            }
            guard try given[daemon] else { return }
            do throws(LibvirtError) {
                let version = try connection.daemonVersion()
                shell.print("Running against daemon: \(versionText(version))\n")
            } catch {
                shell.printError("failed to get the daemon version")
            }
        }
    }
}

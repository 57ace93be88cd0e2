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
            do throws(LibvirtError) {
                let running = try connection.hypervisorVersion()
                shell.print(
                    running == 0
                        ? "Cannot extract running \(type) hypervisor version\n"
                        : "Running hypervisor: \(type) \(versionText(running))\n")
            } catch  where error.code == .noSupport && shell.version >= .unknownHypervisors {
                LibvirtError.forgetReported()
            } catch {
                throw CommandFailure("failed to get the hypervisor version")
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

extension LibvirtVersion {
    /// A virsh whose `version` skips a hypervisor that does not tell its version. Which version
    /// between 9.0 and 11.3 was the first is not known.
    fileprivate static let unknownHypervisors = LibvirtVersion(9, 1)
}

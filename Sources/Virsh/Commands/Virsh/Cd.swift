import Libvirt
import Policy
import System

extension Command {
    /// virsh 11.3.0: `cmdCd` in vsh.c. Older ones refuse it outside of their prompt.
    static let cd = Command(
        "cd", .never, help: "change the working directory of the commands that follow",
        description: "ends with the request; always fails before libvirt 10.3",
        needsConnection: false
    ) { options in
        let directory = options.string(
            "dir", "the directory (default: the home directory)", as: .any, place: .positional)

        return { shell, given in
            guard shell.version >= .newParser else {
                throw CommandFailure("cd: command valid only in interactive mode")
            }
            var path = try given[directory] ?? ""
            if path.isEmpty {
                path =
                    ProcessInformation.environment("HOME")
                    ?? ProcessInformation.homeDirectory() ?? "/"
            }
            do throws(SystemError) {
                try shell.changeDirectory(to: path)
            } catch {
                throw CommandFailure("cd: \(error.message): \(path)")
            }
        }
    }
}

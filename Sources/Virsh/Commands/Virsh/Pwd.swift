import Policy
import System

extension Command {
    /// virsh 9.0.0: `cmdPwd` in vsh.c.
    static let pwd = Command(
        "pwd", .read, help: "print the working directory",
        description: "it is where relative names of files start", needsConnection: false
    ) { _ in
        return { shell, _ in shell.print(currentDirectory() + "\n") }
    }
}

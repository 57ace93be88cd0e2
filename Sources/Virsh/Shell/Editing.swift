import Host
import Libvirt

// virsh 9.0.0: virsh-edit.c; `vshEditWriteToTempFile`, `vshEditFile` in vsh.c.

extension Shell {
    /// Lets the editor of $VISUAL or $EDITOR change a description, and defines what comes out;
    /// whether it was changed. A refused change is told, and virsh takes it for done.
    /// `always` defines it even without a change.
    func edit(
        always: Bool = false, _ read: () throws(LibvirtError) -> String,
        define: (String) throws(LibvirtError) -> Void
    ) throws -> Bool {
        let before = try read()
        let after = try edited(before)
        guard always || after != before else { return false }

        // Nobody is there to be asked whether to go on, so both mistakes end it.
        guard try read() == before else {
            printError("The XML configuration was changed by another user.")
            return true
        }
        do throws(LibvirtError) { try define(after) } catch { printError("Failed.") }
        return true
    }

    /// What the editor makes of a text.
    /// virsh 9.0.0: `vshEditWriteToTempFile`, `vshEditFile`, `vshEditReadBackFile`.
    func edited(_ before: String) throws(CommandFailure) -> String {
        let folder = environment("TMPDIR") ?? "/tmp"
        let file: TemporaryFile
        do throws(SystemError) {
            file = try TemporaryFile(
                in: folder, prefix: "virsh", suffix: ".xml", holding: before.unescapedBytes)
        } catch {
            throw CommandFailure(
                "g_mkstemp_full: failed to create temporary file: \(error.message)")
        }
        try runEditor(on: file.path)
        return try text(ofFile: file.path)
    }

    private func runEditor(on path: String) throws(CommandFailure) {
        let editor = environment("VISUAL") ?? environment("EDITOR") ?? "vi"
        var arguments = [editor, path]
        if !editor.utf8.allSatisfy(isPlain) {
            guard path.utf8.allSatisfy(isPlain) else {
                throw CommandFailure(
                    "\(path): temporary filename contains shell meta or other unacceptable "
                        + "characters (is $TMPDIR wrong?)")
            }
            arguments = ["sh", "-c", "\(editor) \(path)"]
        }
        let ending = try runProgram(arguments)
        let status: String
        switch ending {
        case .exit(0): return
        case .exit(let number): status = "exit status \(number)"
        case .signal(let number): status = "fatal signal \(number)"
        }
        let command = arguments.map(quotedForShell).joined(separator: " ")
        throw CommandFailure("internal error: Child process (\(command)) unexpected \(status)")
    }

    /// Runs a program and prints what it prints. libvirt 9.0.0: `virExec` in vircommand.c.
    private func runProgram(_ arguments: [String]) throws(CommandFailure) -> ChildProcess.Ending {
        do throws(SystemError) {
            let (ending, output) = try ChildProcess.run(arguments)
            print(String(escapingBytes: output))
            return ending
        } catch {
            guard arguments[0].hasPrefix("/") else {
                throw CommandFailure("Cannot find '\(arguments[0])' in path: \(error.message)")
            }
            // virsh sees it only in the child.
            printRaw(
                toError: "libvirt:  error : cannot execute binary \(arguments[0]): "
                    + "\(error.message)\n")
            return .exit(error == .noSuchFile ? 127 : 126)
        }
    }
}

/// Whether a byte means nothing to a shell. virsh 9.0.0: ACCEPTED_CHARS.
private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "-/_.:@".utf8.contains(byte)
    }
}

/// A word as a shell would need it. libvirt 9.0.0: `virBufferEscapeShell`.
func quotedForShell(_ word: String) -> String {
    guard !word.isEmpty else { return "''" }
    let special = "\r\t\n !\"#$&'()*;<>?[\\]^`{|}~".unicodeScalars
    guard word.unicodeScalars.contains(where: { special.contains($0) }) else { return word }
    return "'"
        + word.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
}

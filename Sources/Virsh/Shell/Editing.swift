import Libvirt
import System

// virsh 9.0.0: virsh-edit.c; `vshEditWriteToTempFile`, `vshEditFile` in vsh.c.

extension Shell {
    /// Opens XML in the editor from $VISUAL or $EDITOR and defines the result. `always` defines it
    /// even if it is unchanged. Returns false if nothing was defined. A change that libvirt rejects
    /// is reported but returns true, since virsh continues as if it had succeeded.
    func edit(
        always: Bool = false, _ read: () throws(LibvirtError) -> String,
        define: (String) throws(LibvirtError) -> Void
    ) throws -> Bool {
        let before = try read()
        let after = try edited(before)
        guard always || after != before else { return false }

        // On a terminal virsh asks whether to edit again. Without one it prints the message and
        // goes on, and so do we.
        guard try read() == before else {
            printError("The XML configuration was changed by another user.")
            return true
        }
        do throws(LibvirtError) { try define(after) } catch { printError("Failed.") }
        return true
    }

    /// The text after the user edited it.
    /// virsh 9.0.0: `vshEditWriteToTempFile`, `vshEditFile`, `vshEditReadBackFile`.
    func edited(_ before: String) throws -> String {
        let folder = environment("TMPDIR") ?? "/tmp"
        let file: TemporaryFile
        do throws(SystemError) {
            file = try TemporaryFile(
                in: folder, prefix: "virsh", suffix: ".xml", contents: before.unescapedBytes)
        } catch {
            throw CommandFailure(
                "g_mkstemp_full: failed to create temporary file: \(error.message)")
        }
        let path = file.path
        try runEditor(on: path)
        return try text(ofFile: path, limit: 10 << 20) {
            try FileDescriptor.reading(path)
        }
    }

    private func runEditor(on path: String) throws(CommandFailure) {
        let editor = environment("VISUAL") ?? environment("EDITOR") ?? "vi"
        // An editor with arguments, e.g. `sed -i s/a/b/`, needs a shell. virsh adds the path
        // unquoted, so the path must not contain shell characters.
        var arguments = [editor, path]
        if !editor.utf8.allSatisfy(isUnquotedInShell) {
            guard path.utf8.allSatisfy(isUnquotedInShell) else {
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

    /// Runs a program and prints its output. libvirt 9.0.0: `virExec` in vircommand.c.
    private func runProgram(_ arguments: [String]) throws(CommandFailure) -> ChildProcess.Ending {
        do throws(SystemError) {
            let (ending, output) = try ChildProcess.run(arguments)
            print(String(escapingBytes: output))
            return ending
        } catch {
            guard arguments[0].hasPrefix("/") else {
                throw CommandFailure("Cannot find '\(arguments[0])' in path: \(error.message)")
            }
            // virsh looks up a bare name before it forks, but an absolute path fails only in the
            // child: hence another message and the child's exit status.
            printRaw(
                toError: "libvirt:  error : cannot execute binary \(arguments[0]): "
                    + "\(error.message)\n")
            return .exit(error == .noSuchFile ? 127 : 126)
        }
    }
}

/// Whether a byte has no special meaning in a shell. virsh 9.0.0: ACCEPTED_CHARS.
private func isUnquotedInShell(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "-/_.:@".utf8.contains(byte)
    }
}

/// A word, quoted for a shell if it needs that. libvirt 9.0.0: `virBufferEscapeShell`.
func quotedForShell(_ word: String) -> String {
    guard !word.isEmpty else { return "''" }
    let special = "\r\t\n !\"#$&'()*;<>?[\\]^`{|}~".unicodeScalars
    guard word.unicodeScalars.contains(where: { special.contains($0) }) else { return word }
    return "'"
        + word.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
}

/// Ends a command that failed, with the lines that virsh prints before libvirt's message.
package struct CommandFailure: Error, Sendable {
    /// Lines without "error: "; empty if libvirt's message is all that virsh prints, or nothing.
    let lines: [String]
    /// Whether an object that the command names, e.g. a pool, does not exist.
    let isNotFound: Bool

    package init(_ lines: String...) { self.init(lines: lines) }

    private init(lines: [String], isNotFound: Bool = false) {
        self.lines = lines
        self.isNotFound = isNotFound
    }

    /// A lookup that found nothing; `line` is what virsh prints about it.
    static func notFound(_ line: String) -> CommandFailure {
        CommandFailure(lines: [line], isNotFound: true)
    }

    /// The failure with another line before its lines.
    func preceded(by line: String) -> CommandFailure {
        CommandFailure(lines: [line] + lines, isNotFound: isNotFound)
    }

    /// The failure with another line after its lines.
    func adding(_ line: String) -> CommandFailure {
        CommandFailure(lines: lines + [line], isNotFound: isNotFound)
    }

    /// A failure without a line of the command's own.
    static let silent = CommandFailure()
}

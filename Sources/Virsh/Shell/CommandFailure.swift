/// Ends a command that failed: what virsh would say of it, before libvirt's own words.
package struct CommandFailure: Error, Sendable {
    /// Lines without "error: "; empty where libvirt's words are all, or nothing is to be said.
    let lines: [String]

    package init(_ lines: String...) { self.lines = lines }

    /// Failure with no words of the command's own.
    static let silent = CommandFailure()
}

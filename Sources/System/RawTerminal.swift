import Glibc

/// A terminal in raw mode, until `restore`.
package final class RawTerminal: Sendable {
    private let descriptor: FileDescriptor
    private let saved: termios

    /// `nil` if the descriptor is not a terminal. C: `cfmakeraw`, `tcsetattr`.
    package init?(_ descriptor: consuming FileDescriptor) {
        var settings = termios()
        guard tcgetattr(descriptor.number, &settings) == 0 else { return nil }
        saved = settings
        self.descriptor = descriptor
        cfmakeraw(&settings)
        tcsetattr(self.descriptor.number, TCSANOW, &settings)
    }

    /// Also drops what was typed and not read: it was not meant for the next program.
    package func restore() {
        var settings = saved
        tcsetattr(descriptor.number, TCSAFLUSH, &settings)
    }
}

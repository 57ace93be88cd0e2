import System
import Text

/// A place from which an operating system can be installed.
package enum Location: Hashable, Sendable {
    /// A directory of this host.
    case directory(String)
    /// A tree on a server.
    case server(String)
    /// An ISO 9660 image, in a file or on a device.
    case image(String)

    /// virt-install 4.1.0: `fetcherForURI`.
    package init(_ text: String) {
        if Self.isURL(text) {
            self = .server(text)
        } else if isDirectory(text) {
            self = .directory(text)
        } else {
            self = .image(text)
        }
    }

    /// Whether a text is a URL of a supported scheme.
    package static func isURL(_ text: String) -> Bool {
        ["http://", "https://", "ftp://"].contains { text.hasPrefix($0) }
    }

    package var text: String {
        switch self {
        case .directory(let text), .server(let text), .image(let text): text
        }
    }
}

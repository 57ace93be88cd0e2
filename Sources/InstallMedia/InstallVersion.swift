import System
import Text

/// A version of virt-install that this program can behave as.
///
/// What differs between the versions is declared with the version since which it holds; everything
/// else holds for all.
package enum InstallVersion: Int, Comparable, CaseIterable, Sendable {
    case v41, v50, v51

    /// The newest one.
    package static let newest = InstallVersion.v51

    /// The text of `virt-install --version`.
    package var text: String {
        switch self {
        case .v41: "4.1.0"
        case .v50: "5.0.0"
        case .v51: "5.1.0"
        }
    }

    package static func < (one: InstallVersion, other: InstallVersion) -> Bool {
        one.rawValue < other.rawValue
    }

    /// The version of this host's virt-install. If it is not one of the known versions, the next
    /// older one; if none is installed, the newest.
    package static var installed: InstallVersion {
        InstallVersion(installedIn: "/usr/share/virt-manager/virtinst")
    }

    /// The version whose modules are in a directory.
    init(installedIn directory: String) {
        // From 5.0 on, the version is in the settings. Older settings lack it, and it is in the
        // module that reads them.
        let places = [("build.cfg", "version"), ("buildconfig.py", "__version__")]
        let text = places.lazy.compactMap { file, key in
            Self.value(of: key, in: "\(directory)/\(file)")
        }.first
        self = text.flatMap(Self.init(text:)) ?? .newest
    }

    /// The newest known version that is not newer than a version, e.g. `5.0.1`; the oldest if all
    /// are newer. `nil` if the text is no version.
    init?(text: String) {
        let parts = text.split(separator: ".").map { Int($0) }
        guard parts.count >= 2, let major = parts[0], let minor = parts[1] else { return nil }
        let known: [(major: Int, minor: Int, version: InstallVersion)] = [
            (5, 1, .v51), (5, 0, .v50),
        ]
        let found = known.first { (major, minor) >= ($0.major, $0.minor) }
        self = found?.version ?? .v41
    }

    /// The value in the first line `KEY = VALUE` of a file, without quotes.
    private static func value(of key: String, in file: String) -> String? {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try contents(of: file, limit: 1 << 16) } catch {
            return nil  // This version has no such file, or none is installed.
        }
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map { part in
                part.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
            }
            if parts.count == 2, parts[0] == key { return parts[1] }
        }
        return nil
    }
}

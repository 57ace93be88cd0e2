package import System
import Text

/// What a guest on demand reads at its first boot, in the form of cloud-init's data source NoCloud.
/// cloud-init: doc/rtd/reference/datasources/nocloud.rst.
package struct GuestSeed {
    private let instance: String
    private let name: String
    private let userData: String?
    private let sshKeys: [String]

    /// `instance`: changes with each guest, so that cloud-init runs again. `userData`: passed on as
    /// it is; `nil`: keys alone. `sshKeys`: public keys in the form of OpenSSH.
    package init(instance: String, name: String, userData: String?, sshKeys: [String]) {
        self.instance = instance
        self.name = name
        self.userData = userData
        self.sshKeys = sshKeys
    }

    /// Whether a text is one line that begins like a public key of OpenSSH, e.g.
    /// `ssh-ed25519 AAAAC3Nza... jane@example.org`.
    package static func isKey(_ text: String) -> Bool {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let kinds = ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"]
        guard words.count > 1, kinds.contains(where: words[0].hasPrefix),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return false }
        return words[1].hasPrefix("AAAA")
            && words[1].utf8.allSatisfy { byte in
                byte.isASCIILetterOrDigit || "+/=".utf8.contains(byte)
            }
    }

    /// Writes the ISO image to an empty file; `directory` is that of the file, for an error.
    package func write(
        to file: borrowing FileDescriptor, in directory: String
    ) throws(MediaError) {
        try ISOImageWriter.write(files, volume: "cidata", to: file, in: directory)
    }

    /// The files of the image.
    var files: [(name: String, bytes: [UInt8])] {
        [
            ("meta-data", Array(metaData.utf8)),
            ("user-data", Array((userData ?? ownUserData).utf8)),
        ]
    }

    /// The keys are also here: user data of the client need not name them.
    private var metaData: String {
        var lines = ["instance-id: \(yamlText(instance))", "local-hostname: \(yamlText(name))"]
        if !sshKeys.isEmpty {
            lines.append("public-keys:")
            lines += sshKeys.map { "  - \(yamlText($0))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// root, too, gets the keys.
    private var ownUserData: String {
        var lines = ["#cloud-config", "disable_root: false"]
        if !sshKeys.isEmpty {
            lines += ["users:", "  - default", "  - name: root", "    ssh_authorized_keys:"]
            lines += sshKeys.map { "      - \(yamlText($0))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// A quoted string of YAML. Not of JSON, whose escapes for characters beyond U+FFFF are pairs, which
/// YAML reads as two characters.
private func yamlText(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case " "..."~": String(scalar)
        default:
            "\\U"
                + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
                + String(scalar.value, radix: 16)
        }
    }
    return "\"\(escaped.joined())\""
}

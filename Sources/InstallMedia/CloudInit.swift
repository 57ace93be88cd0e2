/// The configuration that a cloud image reads at its first boot. virt-install 4.1.0:
/// `CloudInitData`.
package struct CloudInit {
    /// Whether cloud-init is disabled for later boots.
    package var disable = false
    /// Whether root gets a random password, which has to be changed at the first login.
    package var generatesRootPassword = false
    // Paths of files. Of the password and the keys, only the first line is used.
    package var rootPasswordFile: String?
    package var rootSSHKey: String?
    package var userSSHKey: String?
    package var userData: String?
    package var metaData: String?
    package var networkConfig: String?

    /// 16 letters and digits.
    package let generatedPassword: String

    package init() {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        var generator = SystemRandomNumberGenerator()
        generatedPassword = String(
            (0..<16).map { _ in letters.randomElement(using: &generator) ?? "x" })
    }

    /// The volume label that cloud-init searches for.
    private static let volume = "cidata"

    /// Writes the configuration to an ISO image and returns its path.
    package func makeImage(
        in scratch: ScratchFiles, reading inputs: InputFiles
    ) throws(MediaError) -> String {
        let files = try self.files(reading: inputs)
        return try scratch.make("cloudinit.iso") { (file) throws(MediaError) in
            try ISOImageWriter.write(
                files, volume: Self.volume, to: file, in: scratch.directory.path)
        }
    }

    /// The files of the image. virt-install 4.1.0: `create_files`.
    func files(
        reading inputs: InputFiles = .lineProtocol
    ) throws(MediaError) -> [(name: String, bytes: [UInt8])] {
        let contents = { (path: String) throws(MediaError) in
            try inputs.contents(of: path, limit: Self.limit)
        }
        var files: [(name: String, bytes: [UInt8])] = []
        files.append(("meta-data", try metaData.map(contents) ?? []))
        if let userData {
            files.append(("user-data", try contents(userData)))
        } else {
            files.append(("user-data", Array(try generatedUserData(contents).utf8)))
        }
        if let networkConfig {
            // As virt-install does: an empty file is the same as none.
            let bytes = try contents(networkConfig)
            if !bytes.isEmpty { files.append((name: "network-config", bytes: bytes)) }
        }
        return files
    }

    private func generatedUserData(
        _ contents: (String) throws(MediaError) -> [UInt8]
    ) throws(MediaError) -> String {
        let firstLine = { (path: String) throws(MediaError) -> String in
            let text = String(decoding: try contents(path), as: UTF8.self)
            return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).first
                .map(String.init) ?? ""
        }
        var lines = ["#cloud-config"]
        let password =
            try rootPasswordFile.map(firstLine)
            ?? (generatesRootPassword ? generatedPassword : nil)
        if let password {
            lines += ["chpasswd:", "  list: |", "    root:\(password)"]
            lines.append("  expire: \(generatesRootPassword ? "True" : "False")")
        }
        if rootSSHKey != nil || userSSHKey != nil {
            lines.append("users:")
            if let key = try rootSSHKey.map(firstLine), !key.isEmpty {
                lines += ["  - name: root", "    ssh-authorized-keys:", "      - \(key)"]
            }
            if let key = try userSSHKey.map(firstLine), !key.isEmpty {
                lines.append("  - ssh-authorized-keys: \(key)")
            }
        }
        if disable {
            lines += [
                "runcmd:",
                "- echo \"Disabled by virt-install\" > /etc/cloud/cloud-init.disabled",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// In bytes; much more than cloud-init accepts.
    private static let limit = 64 << 20
}

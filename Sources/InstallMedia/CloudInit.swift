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

    /// Writes the configuration, as a version of virt-install does, to an ISO image and returns
    /// its path. `permits`: the URLs that may be fetched; `nil` permits all.
    package func makeImage(
        _ version: InstallVersion, in scratch: ScratchFiles, reading inputs: InputFiles,
        permits: URLPermission? = nil
    ) throws(MediaError) -> String {
        let files = try self.files(version, reading: inputs, permits: permits)
        return try scratch.make("cloudinit.iso") { (file) throws(MediaError) in
            try ISOImageWriter.write(
                files, volume: Self.volume, to: file, in: scratch.directory.path)
        }
    }

    /// The files of the image. virt-install 4.1.0: `create_files`.
    func files(
        _ version: InstallVersion, reading inputs: InputFiles = .lineProtocol,
        permits: URLPermission? = nil
    ) throws(MediaError) -> [(name: String, bytes: [UInt8])] {
        guard version < .v51 else { return try fetchedFiles(inputs, permits) }
        let contents = { (path: String) throws(MediaError) in
            try inputs.contents(of: path, limit: Self.limit)
        }
        var files: [(name: String, bytes: [UInt8])] = []
        files.append(("meta-data", try metaData.map(contents) ?? []))
        if let userData {
            files.append(("user-data", try contents(userData)))
        } else {
            files.append(
                ("user-data", Array(try generatedUserData(version, contents).utf8)))
        }
        if let networkConfig {
            // As virt-install does: an empty file is the same as none.
            let bytes = try contents(networkConfig)
            if !bytes.isEmpty { files.append((name: "network-config", bytes: bytes)) }
        }
        return files
    }

    /// The files of newer versions, which accept URLs, and have no file for what is not given.
    private func fetchedFiles(
        _ inputs: InputFiles, _ permits: URLPermission?
    ) throws(MediaError) -> [(name: String, bytes: [UInt8])] {
        var files: [(name: String, bytes: [UInt8])] = []
        if let metaData { files.append(("meta-data", try fetch(metaData, inputs, permits))) }
        if let userData {
            files.append(("user-data", try fetch(userData, inputs, permits)))
        } else {
            let text = try generatedUserData(.v51) { (path: String) throws(MediaError) in
                try inputs.contents(of: path, limit: Self.limit)
            }
            files.append(("user-data", Array(text.utf8)))
        }
        if let networkConfig {
            files.append(("network-config", try fetch(networkConfig, inputs, permits)))
        }
        return files
    }

    private func fetch(
        _ place: String, _ inputs: InputFiles, _ permits: URLPermission?
    ) throws(MediaError) -> [UInt8] {
        do throws(MediaError) {
            guard Location.isURL(place) else {
                let scheme = "file://"
                let path = place.hasPrefix(scheme) ? String(place.dropFirst(scheme.count)) : place
                return try inputs.contents(of: path, limit: Self.limit)
            }
            var bytes: [UInt8] = []
            _ = try Downloader(permits: permits).fetch(place, limit: Self.limit, progress: nil) {
                (piece) throws(MediaError) in bytes.append(contentsOf: piece)
            }
            return bytes
        } catch {
            guard error.kind != .denied else { throw error }
            throw MediaError(error.kind, "Couldn't acquire file \(place): \(error.message)")
        }
    }

    private func generatedUserData(
        _ version: InstallVersion,
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
        if version >= .v50 {
            if let key = try rootSSHKey.map(firstLine) {
                lines += ["users:", "  - default", "  - name: root", "    ssh_authorized_keys:"]
                lines.append("      - \(key)")
            }
            if let key = try userSSHKey.map(firstLine) {
                lines += ["ssh_authorized_keys:", "  - \(key)"]
            }
        } else if rootSSHKey != nil || userSSHKey != nil {
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

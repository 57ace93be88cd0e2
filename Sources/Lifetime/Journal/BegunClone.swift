package import System

/// A guest on demand, which must not outlive its session: a transient domain, and the files that
/// were made for it alone.
package struct BegunClone: Hashable, Sendable {
    package let uri: String
    package let name: String
    /// Random, so that no other domain ever has it.
    package let uuid: String
    /// Identifies this boot of the host, if the domain runs here: after the next boot it does not
    /// exist.
    package let boot: String?
    /// Its disks, the variables of its firmware, its seed and its logs; their names are random,
    /// too.
    package let files: [TemporaryName]

    package init(uri: String, name: String, uuid: String, isLocal: Bool, files: [TemporaryName]) {
        self.init(
            uri: uri, name: name, uuid: uuid, boot: isLocal ? ProcessInformation.boot : nil,
            files: files)
    }

    init(uri: String, name: String, uuid: String, boot: String?, files: [TemporaryName]) {
        self.uri = uri
        self.name = name
        self.uuid = uuid
        self.boot = boot
        self.files = files
    }

    /// Whether the host was started again since, so that only files can be left.
    package var hasLostDomain: Bool { boot != nil && boot != ProcessInformation.boot }

    /// Removes the files, and what libvirt keeps for the domain's TPM if the host was switched off
    /// before libvirt could remove it. Returns whether there was anything.
    package func removeFiles() throws(SystemError) -> Bool {
        var wasAny = false
        var failure: SystemError?
        for file in files {
            do throws(SystemError) {
                if try file.remove() { wasAny = true }
            } catch {
                // The other files are removed nevertheless.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        let state = "\(Self.tpmDirectory)/\(uuid)"
        if ProcessInformation.isRoot, FileName(uuid) != nil, isDirectory(state) {
            Directory.removeTree(state)
            wasAny = true
        }
        return wasAny
    }

    /// Where the system's libvirt keeps the state of emulated TPMs, by the domains' UUIDs.
    private static let tpmDirectory = "/var/lib/libvirt/swtpm"
}

import GuestAccess
import Libvirt
import Protocol
import System
import Volumes
import XML

/// A defined and shut-off domain that guests are made from.
struct GuestTemplate {
    let name: String
    /// Its inactive XML, which becomes that of a guest.
    let document: Document
    /// The same as libvirt reports it.
    private let xml: String
    /// The disks that a guest writes to, of which it gets its own. Not empty.
    let disks: [Disk]
    let needs: GuestNeeds
    /// The file with its firmware's variables; `nil` if the firmware has none. It need not exist.
    let nvram: String?

    struct Disk {
        let element: Node
        let pool: String
        let volume: FileName
        /// In QEMU's words.
        let format: String
    }

    /// Reads a template; throws if no guest can be made from it.
    init(_ name: String, _ domain: Domain, _ connection: Connection) throws {
        self.name = name
        xml = try Self.xml(of: domain, name)
        document = try Document(parsing: xml)
        let root = document.root
        needs = try GuestNeeds(of: root)
        nvram = try Self.nvram(of: root, name)
        disks = try Self.disks(of: root, name, connection)
        guard !disks.isEmpty else {
            throw RequestError(
                .notFound, "domain '\(name)' has no volume that a guest could get a copy of",
                object: name)
        }
    }

    /// Whether a domain is still what was read. Its UUID is in the XML.
    func isUnchanged(_ domain: Domain) throws -> Bool { try Self.xml(of: domain, name) == xml }

    private static func xml(of domain: Domain, _ name: String) throws -> String {
        do throws(LibvirtError) { return try domain.xml([.inactive, .secure]) } catch {
            throw RequestError("failed getting domain '\(name)'", error)
        }
    }

    private static func nvram(of root: Node, _ name: String) throws -> String? {
        guard let element = root.elements("os").first?.elements("nvram").first else { return nil }
        guard [nil, "file"].contains(element["type"]) else {
            throw RequestError(
                .unsupported,
                "domain '\(name)' cannot be a template: its firmware's variables are not in a file",
                object: name)
        }
        let path = try element.text("source/@file") ?? element.text
        return path.isEmpty ? nil : path
    }

    private static func disks(
        of root: Node, _ name: String, _ connection: Connection
    ) throws -> [Disk] {
        var found: [Disk] = []
        for element in try root.nodes("devices/disk") {
            // A drive with a medium or without: guests share what they only read.
            guard ["disk", "lun"].contains(element["device"] ?? "disk"),
                element.elements("readonly").isEmpty
            else { continue }
            let target = element.string("target/@dev") ?? ""
            guard let (pool, volume) = try place(of: element, connection) else {
                throw RequestError(
                    .unsupported,
                    "domain '\(name)' cannot be a template: its disk '\(target)' is not a volume of "
                        + "an active pool of type dir", object: name)
            }
            // As libvirt assumes.
            let format = element.string("driver/@type") ?? "raw"
            found.append(Disk(element: element, pool: pool, volume: volume, format: format))
        }
        return found
    }

    /// The volume that a disk is; `nil` if it is none of a pool of type `dir`.
    private static func place(
        of disk: Node, _ connection: Connection
    ) throws -> (pool: String, volume: FileName)? {
        guard let source = disk.elements("source").first else { return nil }
        switch disk["type"] {
        case "volume":
            guard let pool = source["pool"], let volume = source["volume"],
                let name = FileName(volume),
                try Pool(named: pool, connection).isDirectory
            else { return nil }
            return (pool, name)
        case "file":
            guard let path = source["file"] else { return nil }
            for pool in try connection.storagePools(.active) {
                let found = try Pool(named: pool.name(), connection)
                guard found.isDirectory else { continue }
                if let volume = try DirectoryPool(named: found.name, connection).volume(at: path) {
                    return (found.name, volume)
                }
            }
            return nil
        default: return nil
        }
    }
}

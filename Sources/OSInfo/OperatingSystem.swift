import XML

/// One operating system of the database.
package final class OperatingSystem {
    /// E.g. `http://fedoraproject.org/fedora/36`; `nil` for `generic`, which is not in the
    /// database.
    package let id: String?
    /// Its short ids, e.g. `["fedora36"]`; the first is its name.
    package let names: [String]
    /// All elements about it; later ones replace values of earlier ones.
    private let elements: [Node]
    // Not a strong reference, which would be a cycle: the database caches its systems. Callers keep
    // the database.
    private unowned let database: Database?

    init(id: String, elements: [Node], database: Database) {
        self.id = id
        self.elements = elements
        self.database = database
        var names: [String] = []
        for name in elements.flatMap({ $0.elements("short-id") }).map(\.text)
        where !names.contains(name) {
            names.append(name)
        }
        self.names = names
    }

    private init(name: String) {
        id = nil
        names = [name]
        elements = []
        database = nil
    }

    /// The stand-in for an unknown system. virt-install 4.1.0: `_OSDB._os_generic`.
    package static var generic: OperatingSystem { OperatingSystem(name: "generic") }

    // MARK: Plain facts

    /// Its first short id, e.g. `fedora36`; empty if it has none.
    package var name: String { names.first ?? "" }

    /// E.g. `Fedora Linux 36`.
    package var label: String? { elements.compactMap { $0.untranslated("name") }.last }

    /// E.g. `linux`, `winnt`.
    package var family: String? { text("family") }
    /// E.g. `fedora`.
    package var distro: String? { text("distro") }
    /// E.g. `36`, `8-unknown`.
    package var version: String? { text("version") }
    /// E.g. `bullseye`.
    package var codename: String? { text("codename") }
    /// `snapshot`, `prerelease`, `released`, `rolling`.
    package var releaseStatus: String? { text("release-status") }
    /// E.g. `2022-05-10`.
    package var releaseDate: String? { text("release-date") }
    /// The date at which its maintenance ends, e.g. `2023-05-16`.
    package var endOfLifeDate: String? { text("eol-date") }

    private func text(_ name: String) -> String? {
        elements.compactMap { $0.child(name)?.text }.last
    }

    // MARK: Relatives

    /// The systems that the elements of this name refer to; missing ones are skipped.
    private func related(_ relation: Relation) throws(DatabaseError) -> [OperatingSystem] {
        var found: [OperatingSystem] = []
        for element in elements.flatMap({ $0.elements(relation.rawValue) }) {
            guard let id = element["id"], let system = try database?.system(id: id) else {
                continue
            }
            found.append(system)
        }
        return found
    }

    /// A relation to an older or similar system, named by an element.
    private enum Relation: String {
        case derivesFrom = "derives-from"
        case clones, upgrades
    }

    /// This system and all that it inherits from, the nearest first.
    private func ancestry() throws(DatabaseError) -> [OperatingSystem] {
        try reachable(by: [.derivesFrom, .clones])
    }

    /// This system and all that are reachable by relations, depth first.
    private func reachable(by relations: [Relation]) throws(DatabaseError) -> [OperatingSystem] {
        var visited: [OperatingSystem] = []
        try visit(relations, &visited)
        return visited
    }

    private func visit(
        _ relations: [Relation], _ visited: inout [OperatingSystem]
    ) throws(DatabaseError) {
        // A malformed database may contain a cycle.
        guard !visited.contains(where: { $0 === self }) else { return }
        visited.append(self)
        for relation in relations {
            for system in try related(relation) { try system.visit(relations, &visited) }
        }
    }

    /// Whether the name of this system, or of one that it derives from, clones or upgrades,
    /// matches.
    package func isRelated(to matches: (_ name: String) -> Bool) throws(DatabaseError) -> Bool {
        try reachable(by: [.derivesFrom, .clones, .upgrades]).contains { matches($0.name) }
    }

    // MARK: Devices

    /// The ids of the devices that it supports, e.g. `http://pcisig.com/pci/1af4/1041`, including
    /// those of the systems that it inherits from.
    package private(set) lazy var devices: Result<[String], DatabaseError> = Result {
        () throws(DatabaseError) in
        var known: Set<String> = []
        var supported: [String] = []
        for system in try ancestry() {
            let links = system.elements.flatMap { $0.elements("devices") }
                .flatMap { $0.elements("device") }
            for link in links {
                // The nearest system that mentions a device decides.
                guard let id = link["id"], known.insert(id).inserted else { continue }
                if link["supported"] != "false" { supported.append(id) }
            }
        }
        return supported
    }

    /// The names of the supported devices of a class, e.g. `virtio-net`, `e1000e` for `net`.
    package func deviceNames(class wanted: String) throws(DatabaseError) -> [String] {
        var names: [String] = []
        for id in try devices.get() {
            guard let device = try database?.device(id: id), device.class.hasPrefix(wanted) else {
                continue
            }
            names.append(device.name)
        }
        return names
    }

    // MARK: Firmware and kernel

    package struct Firmware: Hashable, Sendable {
        package enum Kind: String, Sendable { case bios, efi }

        package let architecture: String
        package let kind: Kind
        package let isSupported: Bool
    }

    /// The firmware that the database mentions. For each architecture and kind, the nearest system
    /// that mentions it decides.
    package func firmware() throws(DatabaseError) -> [Firmware] {
        var found: [Firmware] = []
        for element in try ancestry().flatMap({ $0.elements.flatMap { $0.elements("firmware") } }) {
            guard let kind = element["type"].flatMap(Firmware.Kind.init) else { continue }
            let firmware = Firmware(
                architecture: element["arch"] ?? "", kind: kind,
                isSupported: element["supported"] != "false")
            if !found.contains(where: {
                $0.architecture == firmware.architecture && $0.kind == firmware.kind
            }) {
                found.append(firmware)
            }
        }
        return found
    }

    /// The kernel argument for the address of the tree, e.g. `inst.repo`; `nil` if the database has
    /// none.
    package func kernelURLArgument() throws(DatabaseError) -> String? {
        for system in try ancestry() {
            if let argument = system.text("kernel-url-argument") { return argument }
        }
        return nil
    }

    // MARK: Resources

    /// The resources of a guest on one architecture; missing values are `nil`.
    package struct Resources: Hashable, Sendable {
        /// E.g. `x86_64`, or `all`.
        package let architecture: String
        package var processors: Int64?
        /// In bytes.
        package var memory: Int64?
        /// In bytes.
        package var storage: Int64?
    }

    /// The purpose of resources, by the name of their element.
    package enum Need: String, Sendable {
        case minimum, recommended
        case networkInstall = "network-install"
    }

    /// The resources for a need, by architecture. They are inherited only if the system says so.
    package func resources(_ need: Need) throws(DatabaseError) -> [Resources] {
        var found: [Resources] = []
        for element in elements.flatMap({ $0.elements("resources") }) {
            let architecture = element["arch"] ?? "all"
            if element["inherit"] == "true" {
                if let inherited = try inherited(need, architecture) { found.append(inherited) }
            } else if let values = element.child(need.rawValue) {
                found.append(Resources(architecture, values))
            }
        }
        return found
    }

    /// The resources of the nearest system that has some for this architecture.
    private func inherited(
        _ need: Need, _ architecture: String
    ) throws(DatabaseError) -> Resources? {
        for parent in try related(.derivesFrom) {
            if let found = try parent.resources(need).first(where: {
                $0.architecture == architecture
            }) {
                return found
            }
            if let found = try parent.inherited(need, architecture) { return found }
        }
        return nil
    }

    // MARK: Installation

    /// Its media, in the order of the file.
    package var media: [InstallMedium] {
        let found = elements.flatMap { $0.elements("media") }
        return found.indices.map { InstallMedium(found[$0], id: "\(id ?? ""):\($0)") }
    }

    /// Its trees, in the order of the file.
    package var trees: [InstallTree] {
        let found = elements.flatMap { $0.elements("tree") }
        return found.indices.map { InstallTree(found[$0], id: "\(id ?? ""):\($0)") }
    }

    /// The ids of the scripts that install it unattended.
    package var scripts: [String] { elements.flatMap(\.scripts) }

    /// Drivers that can be added during the installation.
    package struct Driver: Hashable, Sendable {
        package let architecture: String
        /// The address of the folder with its files.
        package let location: String
        package let files: [String]
        /// The ids of the devices that it supports.
        package let devices: [String]
        /// Whether the installer itself can use it.
        package let isForInstallation: Bool
    }

    package var drivers: [Driver] {
        elements.flatMap { $0.elements("driver") }.map {
            Driver(
                architecture: $0["arch"] ?? "all", location: $0["location"] ?? "",
                files: $0.elements("file").map(\.text),
                devices: $0.elements("device").compactMap { $0["id"] },
                isForInstallation: $0["pre-installable"] == "true")
        }
    }

    /// The name of a variant of its media or trees, e.g. `Fedora Server 36` for `server`.
    func variantName(_ id: String) -> String? {
        elements.flatMap { $0.elements("variant") }.first { $0["id"] == id }?.untranslated("name")
    }
}

extension OperatingSystem.Resources {
    init(_ architecture: String, _ values: Node) {
        // White space is permitted; anything else that is not a number counts as missing.
        let number = { (name: String) in
            values.child(name).flatMap {
                Int64($0.text.filter { !$0.isWhitespace })
            }
        }
        self.architecture = architecture
        processors = number("n-cpus")
        memory = number("ram")
        storage = number("storage")
    }
}

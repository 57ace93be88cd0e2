import XML

/// One operating system of the database.
package final class OperatingSystem {
    /// E.g. `http://fedoraproject.org/fedora/36`; `nil` for `generic`, which no database has.
    package let id: String?
    /// Its short ids, e.g. `["fedora36"]`; the first is its name.
    package let names: [String]
    private let elements: [Node]
    // The database keeps its systems, and callers keep the database.
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

    /// What stands for a system that is not known. virt-install 4.1.0: `_OSDB._os_generic`.
    package static var generic: OperatingSystem { OperatingSystem(name: "generic") }

    // MARK: Plain facts

    /// The short id that it is called by, e.g. `fedora36`; empty for one that has none.
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
    /// The date it came out, e.g. `2022-05-10`.
    package var releaseDate: String? { text("release-date") }
    /// The date until which it is maintained, e.g. `2023-05-16`.
    package var endOfLifeDate: String? { text("eol-date") }

    private func text(_ name: String) -> String? {
        elements.compactMap { $0.child(name)?.text }.last
    }

    // MARK: Relatives

    private func related(_ relation: String) throws(DatabaseError) -> [OperatingSystem] {
        var found: [OperatingSystem] = []
        for element in elements.flatMap({ $0.elements(relation) }) {
            guard let id = element["id"], let system = try database?.system(id: id) else {
                continue
            }
            found.append(system)
        }
        return found
    }

    /// This system, then those it derives from, then those it clones, with theirs.
    private func ancestry() throws(DatabaseError) -> [OperatingSystem] {
        try walk(["derives-from", "clones"])
    }

    private func walk(_ relations: [String]) throws(DatabaseError) -> [OperatingSystem] {
        var seen: [OperatingSystem] = []
        try walk(relations, &seen)
        return seen
    }

    private func walk(
        _ relations: [String], _ seen: inout [OperatingSystem]
    ) throws(DatabaseError) {
        guard !seen.contains(where: { $0 === self }) else { return }
        seen.append(self)
        for relation in relations {
            for system in try related(relation) { try system.walk(relations, &seen) }
        }
    }

    /// Whether such a system is itself or one that it derives from, clones or upgrades.
    package func isRelated(to matches: (_ name: String) -> Bool) throws(DatabaseError) -> Bool {
        try walk(["derives-from", "clones", "upgrades"]).contains { matches($0.name) }
    }

    // MARK: Devices

    /// The ids of the devices that it can drive, its own and those of whom it derives from or
    /// clones, e.g. `http://pcisig.com/pci/1af4/1041`.
    package private(set) lazy var devices: Result<[String], DatabaseError> = Result {
        () throws(DatabaseError) in
        var known: Set<String> = []
        var supported: [String] = []
        for system in try ancestry() {
            let links = system.elements.flatMap { $0.elements("devices") }
                .flatMap { $0.elements("device") }
            for link in links {
                // The nearest word on a device is the last one.
                guard let id = link["id"], known.insert(id).inserted else { continue }
                if link["supported"] != "false" { supported.append(id) }
            }
        }
        return supported
    }

    /// The names of devices of a class, e.g. `virtio-net`, `e1000e` for `net`.
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
        package let architecture: String
        /// `bios`, `efi`.
        package let type: String
        package let isSupported: Bool
    }

    /// What is said of firmware, its own word before that of whom it derives from or clones.
    package func firmware() throws(DatabaseError) -> [Firmware] {
        var found: [Firmware] = []
        for element in try ancestry().flatMap({ $0.elements.flatMap { $0.elements("firmware") } }) {
            let firmware = Firmware(
                architecture: element["arch"] ?? "", type: element["type"] ?? "",
                isSupported: element["supported"] != "false")
            if !found.contains(where: {
                $0.architecture == firmware.architecture && $0.type == firmware.type
            }) {
                found.append(firmware)
            }
        }
        return found
    }

    /// The kernel's argument that names where to install from, e.g. `inst.repo`, as the database
    /// has it.
    package func kernelURLArgument() throws(DatabaseError) -> String? {
        for system in try ancestry() {
            if let argument = system.text("kernel-url-argument") { return argument }
        }
        return nil
    }

    // MARK: Resources

    /// What a guest needs; a value that is not given is `nil`.
    package struct Resources: Hashable, Sendable {
        /// E.g. `x86_64`, or `all`.
        package let architecture: String
        package var processors: Int64?
        /// In bytes.
        package var memory: Int64?
        /// In bytes.
        package var storage: Int64?
    }

    /// How much is meant.
    package enum Need: String, Sendable {
        case minimum, recommended
        case networkInstall = "network-install"
    }

    /// What is said of a need, by architecture. What a system derives from counts only where it
    /// says so.
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

    private func inherited(
        _ need: Need, _ architecture: String
    ) throws(DatabaseError) -> Resources? {
        for parent in try related("derives-from") {
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

    /// The media known of, in the order of the file.
    package var media: [InstallMedium] {
        let found = elements.flatMap { $0.elements("media") }
        return found.indices.map { InstallMedium(found[$0], id: "\(id ?? ""):\($0)") }
    }

    /// The trees known of, in the order of the file.
    package var trees: [InstallTree] {
        let found = elements.flatMap { $0.elements("tree") }
        return found.indices.map { InstallTree(found[$0], id: "\(id ?? ""):\($0)") }
    }

    /// The ids of the scripts that install it unattended.
    package var scripts: [String] { elements.flatMap(\.scripts) }

    /// Drivers that may be added while it is installed.
    package struct Driver: Hashable, Sendable {
        package let architecture: String
        /// Where its files are.
        package let location: String
        package let files: [String]
        /// The ids of the devices that it drives.
        package let devices: [String]
        /// Whether it is of use before the system is installed.
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

    /// What a variant of its media or trees is called, e.g. `Fedora Server 36` for `server`.
    func variantName(_ id: String) -> String? {
        elements.flatMap { $0.elements("variant") }.first { $0["id"] == id }?.untranslated("name")
    }
}

extension OperatingSystem.Resources {
    init(_ architecture: String, _ values: Node) {
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

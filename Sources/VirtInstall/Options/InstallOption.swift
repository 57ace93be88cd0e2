import InstallMedia
import XML

/// An error in an option string: the text after `Error: --disk TEXT: `.
struct OptionMistake: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// An option that has sub-options, e.g. `--disk path=/a.img,cache=none`.
struct InstallOption: Sendable {
    /// What the option describes.
    enum Target: Equatable {
        /// No XML: the values say how to install.
        case noXML
        /// The guest's outermost element.
        case guest
        /// An element that the guest has once, e.g. `cpu`.
        case part(String)
        /// An element that each use of the option adds, e.g. `devices/disk`.
        case newElement(String)

        static func device(_ kind: String) -> Target { .newElement("devices/\(kind)") }
    }

    /// What the text `none` means.
    enum NoneMeaning {
        case ignored
        /// The guest does not get the device that it would have by default. Older versions than
        /// `since` ignore it.
        case noDefaultDevice(since: InstallVersion = .v41)
        /// A value like any other.
        case value
    }

    /// The name on the command line without `--`.
    let name: String
    let target: Target
    /// The sub-options that leading parts without `=` are the values of.
    let positional: [String]
    let none: NoneMeaning
    let shared: SharedSubOptions
    /// The first version that has the option.
    let since: InstallVersion
    private let declare: @Sendable (inout SubOptions) -> Void

    init(
        _ name: String, _ target: Target, first positional: [String] = [],
        none: NoneMeaning = .ignored, sharing shared: SharedSubOptions = [],
        since: InstallVersion = .v41,
        declare: @escaping @Sendable (inout SubOptions) -> Void
    ) {
        self.name = name
        self.target = target
        self.positional = positional
        self.none = none
        self.shared = shared
        self.since = since
        self.declare = declare
    }

    /// The sub-options that a version has, with fresh state for one use of the option.
    func subOptions(_ version: InstallVersion) -> SubOptions {
        var subOptions = SubOptions(version)
        shared.declare(in: &subOptions)
        declare(&subOptions)
        return subOptions
    }

    /// The kind of device that the option describes, e.g. `disk`; `nil` if it is not a device.
    var deviceKind: String? {
        guard case .newElement(let path) = target, path.hasPrefix("devices/") else { return nil }
        return String(path.dropFirst("devices/".count))
    }

    /// Prints the reply to `--OPTION=?`.
    func list(_ version: InstallVersion, _ output: InstallOutput) {
        // virt-install prints these groups first; the others follow by name.
        let sorted = subOptions(version).rows.map(\.listed).map { name in
            let rank =
                name == "clearxml"
                ? "0" : name.hasPrefix("address.") ? "1" : name.hasPrefix("xpath") ? "2" : ""
            return (key: Array((rank + name).utf8), name: name)
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        output.result("--\(shownName(version)) options:")
        for (_, name) in sorted { output.result("  \(name)") }
        output.result("")
    }

    /// Reads an option string that describes no XML. Returns the values by name; `nil` if the
    /// string is empty or `none`.
    func values(_ text: String, _ version: InstallVersion) throws -> [String: String]? {
        guard !isIgnored(text, version) else { return nil }
        let rows = subOptions(version).rows
        let values = try OptionValues(text, rows: rows, positional: positional)
        do {
            let (steps, unknown) = try values.steps(rows)
            try checkUnknown(unknown, version)
            return steps.reduce(into: [:]) { $0[$1.row.names[0]] = $1.value }
        } catch let mistake as OptionMistake {
            throw InstallFailure("Error: --\(shownName(version)) \(text): \(mistake)")
        }
    }

    /// Applies one option string to the guest. `number` is the index of this use of the option.
    func apply(_ text: String, to guest: Guest, number: Int = 0) throws {
        guard !isIgnored(text, guest.version) else { return }
        if omitsDevice(text), let kind = deviceKind {
            guest.withoutDefault.insert(kind)
            return
        }
        let subOptions = subOptions(guest.version)
        let values = try OptionValues(text, rows: subOptions.rows, positional: positional)
        let run = OptionRun(
            option: self, subOptions: subOptions, text: text, values: values, guest: guest,
            number: number)
        do {
            try run.apply()
        } catch let failure as InstallFailure {
            // Already a whole message: virt-install adds the option's text only to other errors.
            throw failure
        } catch {
            if let denial = denial(in: error) { throw denial }
            throw InstallFailure("Error: --\(name) \(text): \(message(of: error))")
        }
    }

    private func isIgnored(_ text: String, _ version: InstallVersion) -> Bool {
        guard text == "none" else { return text.isEmpty }
        return switch none {
        case .ignored: true
        case .noDefaultDevice(let first): version < first
        case .value: false
        }
    }

    /// Whether a text that is not ignored means that the guest has no such device.
    private func omitsDevice(_ text: String) -> Bool {
        guard case .noDefaultDevice = none else { return false }
        return text == "none"
    }

    /// The first key of an option string that a client with a role may not use; `nil` if there is
    /// none.
    func keyRefusedForRoles(in text: String, _ version: InstallVersion) throws -> String? {
        guard !isIgnored(text, version), !omitsDevice(text) else { return nil }
        let subOptions = subOptions(version)
        do {
            let values = try OptionValues(text, rows: subOptions.rows, positional: positional)
            return values.keys.first { !subOptions.allowsRoles(key: $0) }
        } catch {
            throw InstallFailure("Error: --\(name) \(text): \(message(of: error))")
        }
    }

    /// Throws an error if there are keys without a sub-option.
    func checkUnknown(_ unknown: [String], _ version: InstallVersion) throws {
        guard unknown.isEmpty else {
            throw InstallFailure(
                "Unknown --\(shownName(version)) options: \(pythonList(unknown))")
        }
    }

    /// The name in messages. Since 5.1, `--osinfo` is the main name of `--os-variant`.
    func shownName(_ version: InstallVersion) -> String {
        name == InstallOption.osVariant.name && version >= .v51 ? "osinfo" : name
    }
}

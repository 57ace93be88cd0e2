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
        /// The guest does not get the device that it would have by default.
        case noDefaultDevice
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
    private let declare: @Sendable (inout SubOptions) -> Void

    init(
        _ name: String, _ target: Target, first positional: [String] = [],
        none: NoneMeaning = .ignored, sharing shared: SharedSubOptions = [],
        declare: @escaping @Sendable (inout SubOptions) -> Void
    ) {
        self.name = name
        self.target = target
        self.positional = positional
        self.none = none
        self.shared = shared
        self.declare = declare
    }

    /// The sub-options with fresh state, for one use of the option.
    func subOptions() -> SubOptions {
        var subOptions = SubOptions()
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
    func list(_ output: InstallOutput) {
        // virt-install prints these groups first; the others follow by name.
        let sorted = subOptions().rows.map(\.listed).map { name in
            let rank =
                name == "clearxml"
                ? "0" : name.hasPrefix("address.") ? "1" : name.hasPrefix("xpath") ? "2" : ""
            return (key: Array((rank + name).utf8), name: name)
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        output.result("--\(name) options:")
        for (_, name) in sorted { output.result("  \(name)") }
        output.result("")
    }

    /// Reads an option string that describes no XML. Returns the values by name; `nil` if the
    /// string is empty or `none`.
    func values(_ text: String) throws -> [String: String]? {
        guard !isIgnored(text) else { return nil }
        let rows = subOptions().rows
        let values = try OptionValues(text, rows: rows, positional: positional)
        do {
            let (steps, unknown) = try values.steps(rows)
            try checkUnknown(unknown)
            return steps.reduce(into: [:]) { $0[$1.row.names[0]] = $1.value }
        } catch let mistake as OptionMistake {
            throw InstallFailure("Error: --\(name) \(text): \(mistake)")
        }
    }

    /// Applies one option string to the guest. `number` is the index of this use of the option.
    func apply(_ text: String, to guest: Guest, number: Int = 0) throws {
        guard !isIgnored(text) else { return }
        if text == "none", none == .noDefaultDevice, let kind = deviceKind {
            guest.withoutDefault.insert(kind)
            return
        }
        let subOptions = subOptions()
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

    private func isIgnored(_ text: String) -> Bool {
        text.isEmpty || text == "none" && none == .ignored
    }

    /// The first key of an option string that a client with a role may not use; `nil` if there is
    /// none.
    func keyRefusedForRoles(in text: String) throws -> String? {
        guard !isIgnored(text), !(text == "none" && none == .noDefaultDevice) else { return nil }
        let subOptions = subOptions()
        do {
            let values = try OptionValues(text, rows: subOptions.rows, positional: positional)
            return values.keys.first { !subOptions.allowsRoles(key: $0) }
        } catch {
            throw InstallFailure("Error: --\(name) \(text): \(message(of: error))")
        }
    }

    /// Throws an error if there are keys without a sub-option.
    func checkUnknown(_ unknown: [String]) throws {
        guard unknown.isEmpty else {
            throw InstallFailure("Unknown --\(name) options: \(pythonList(unknown))")
        }
    }
}

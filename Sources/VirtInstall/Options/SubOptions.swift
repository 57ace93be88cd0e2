import InstallMedia
import XML

/// What an option declares: its sub-options, in virt-install's order, and its code.
///
/// An option's closure fills a new value for each use of the option. Its local variables are the
/// state of that use.
struct SubOptions {
    /// Only what this version has is declared.
    let version: InstallVersion
    /// In the order in which values are applied.
    private(set) var rows: [SubOption] = []
    /// Old names and the sub-options that replace them.
    private(set) var renames: [(old: String, new: String)] = []
    private(set) var hooks = Hooks()
    private var otherKeys: [(matches: (String) -> Bool, mark: RoleMark)] = []

    /// The option's code that does not belong to one sub-option.
    struct Hooks {
        fileprivate(set) var shortcut: (OptionRun) throws -> Bool = { _ in false }
        fileprivate(set) var prepare: (OptionRun) throws -> Void = { _ in }
        fileprivate(set) var finish: (OptionRun) throws -> Void = { _ in }
        fileprivate(set) var addDefaults: (_ device: Node, _ guest: Guest) throws -> Void = {
            _, _ in
        }
    }

    init(_ version: InstallVersion) { self.version = version }

    /// Declares what virt-install has since a version.
    mutating func since(_ first: InstallVersion, _ declare: (inout SubOptions) -> Void) {
        if version >= first { declare(&self) }
    }

    /// Declares what virt-install has only in versions older than one.
    mutating func before(_ end: InstallVersion, _ declare: (inout SubOptions) -> Void) {
        if version < end { declare(&self) }
    }

    // The functions for sub-options are not inlined: there are hundreds of calls.

    /// A sub-option whose value goes to one place of the XML. If it has a default, the value
    /// `default` is the same as no value.
    @inline(never)
    mutating func option(
        _ name: String, _ alias: String? = nil, at path: String, _ type: ValueType = .text,
        commas: Bool = false, otherwise fallback: DefaultValue? = nil, roles mark: RoleMark? = nil
    ) {
        rows.append(
            SubOption(
                Self.names(name, alias), path: path, type: type, commas: commas,
                fallback: fallback, action: .set, roles: mark))
    }

    /// A sub-option with several aliases.
    @inline(never)
    mutating func option(
        names: [String], at path: String, commas: Bool, roles mark: RoleMark? = nil
    ) {
        rows.append(
            SubOption(names, path: path, commas: commas, action: .set, roles: mark))
    }

    /// A sub-option with code of its own; the value is `nil` if it is empty.
    @inline(never)
    mutating func option(
        _ name: String, _ alias: String? = nil, commas: Bool = false, roles mark: RoleMark? = nil,
        apply: @escaping (OptionRun, String?) throws -> Void
    ) {
        let action = SubOption.Action.call { run, value, _ in try apply(run, value) }
        rows.append(
            SubOption(Self.names(name, alias), commas: commas, action: action, roles: mark))
    }

    /// A sub-option with an index and code of its own.
    mutating func indexedOption(
        _ name: String, commas: Bool = false, roles mark: RoleMark? = nil,
        apply: @escaping (OptionRun, String?, _ index: Int) throws -> Void
    ) {
        let action = SubOption.Action.call { run, value, indices in
            try apply(run, value, indices[0])
        }
        rows.append(SubOption([name], commas: commas, action: action, roles: mark))
    }

    /// A boolean with code of its own; `nil` if the value is empty.
    @inline(never)
    mutating func flag(
        _ name: String, roles mark: RoleMark? = nil,
        apply: @escaping (OptionRun, Bool?) throws -> Void
    ) {
        let action = SubOption.Action.call { run, value, _ in
            try apply(run, value.map { $0 == "yes" })
        }
        rows.append(SubOption([name], type: .yesNo, action: action, roles: mark))
    }

    /// A value that the option's code reads by name: in `prepare`, which removes it from the
    /// values, or as one of `InstallOption.values`.
    @inline(never)
    mutating func value(
        _ name: String, _ alias: String? = nil, type: ValueType = .text, commas: Bool = false,
        roles mark: RoleMark? = nil
    ) {
        rows.append(
            SubOption(
                Self.names(name, alias), type: type, commas: commas, action: .store, roles: mark))
    }

    /// An old name. Its value becomes the one of `new` before `prepare` runs. The name stays in the
    /// list of `--OPTION=?`, as in virt-install.
    @inline(never)
    mutating func renamed(
        _ old: String, to new: String, commas: Bool = false, roles mark: RoleMark? = nil
    ) {
        renames.append((old, new))
        rows.append(SubOption([old], commas: commas, action: .store, roles: mark))
    }

    /// Declares keys that are not the name of a row, and that the option's code removes.
    mutating func otherKeys(
        roles mark: RoleMark, _ matches: @escaping (String) -> Bool
    ) {
        otherKeys.append((matches, mark))
    }

    /// Whether a client with a role may use a key. A key that is not declared is refused.
    func allowsRoles(key: String) -> Bool {
        if let row = rows.first(where: { $0.matches(key) }) { return row.roles == .allowed }
        return otherKeys.first { $0.matches(key) }?.mark == .allowed
    }

    /// Handles a text that stands for something other than one element, e.g. `--controller usb3`.
    /// Returns true if it did.
    mutating func shortcut(_ body: @escaping (OptionRun) throws -> Bool) {
        hooks.shortcut = body
    }

    /// Reads and changes the values before the first one is applied.
    mutating func prepare(_ body: @escaping (OptionRun) throws -> Void) {
        hooks.prepare = body
    }

    /// Completes the element after all values were applied.
    mutating func finish(_ body: @escaping (OptionRun) throws -> Void) {
        hooks.finish = body
    }

    /// Adds the defaults of a device that `otherwise:` cannot express, after those.
    mutating func defaults(_ body: @escaping (_ device: Node, _ guest: Guest) throws -> Void) {
        hooks.addDefaults = body
    }

    private static func names(_ name: String, _ alias: String?) -> [String] {
        alias.map { [name, $0] } ?? [name]
    }
}

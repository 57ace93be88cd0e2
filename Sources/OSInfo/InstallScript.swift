import XML

/// Writes the answers that an installer would ask for, e.g. a kickstart file.
package final class InstallScript {
    private let elements: [Node]
    private unowned let database: Database
    /// E.g. `http://fedoraproject.org/fedora/kickstart/desktop`.
    package let id: String

    init(id: String, elements: [Node], database: Database) {
        self.id = id
        self.elements = elements
        self.database = database
    }

    private func text(_ name: String) -> String? {
        elements.compactMap { $0.child(name)?.text }.last
    }

    /// What kind of installation it makes: `jeos` (a small one), `desktop`.
    package var profile: String { text("profile") ?? "" }
    /// The name that the installer looks for, e.g. `fedora.ks`.
    package var expectedName: String { text("expected-filename") ?? "" }
    /// How the installer gets the file: `cdrom`, `disk`, `floppy`, `initrd`, `web`.
    package var injectionMethods: [String] {
        elements.flatMap { $0.elements("injection-method") }.map(\.text)
    }

    private var parameters: [Node] {
        elements.flatMap { $0.elements("config") }.flatMap { $0.elements("param") }
    }

    /// Whether it cannot do without an answer, e.g. `admin-password`.
    package func requires(_ parameter: String) -> Bool {
        parameters.contains { $0["name"] == parameter && $0["policy"] != "optional" }
    }

    /// What a script is told.
    package struct Answers: Sendable {
        /// By parameter, e.g. `hostname`; language and keyboard as `en_US`.
        package var values: [String: String]
        /// `media` or `network`.
        package var source: String
        /// How the file gets to the installer, e.g. `initrd`.
        package var injection: String
        /// The variants of the medium, e.g. `server-netinst`.
        package var variants: [String]
        /// Where a tree that is known is, e.g. `https://.../os` or `file:///srv/tree`.
        package var treeURL: String?

        package init(
            values: [String: String], source: String, injection: String, variants: [String] = [],
            treeURL: String? = nil
        ) {
            self.values = values
            self.source = source
            self.injection = injection
            self.variants = variants
            self.treeURL = treeURL
        }
    }

    /// The file's contents.
    package func contents(
        for system: OperatingSystem, _ answers: Answers
    ) throws(DatabaseError) -> String {
        try result("install-script-config", system, answers)
    }

    /// What the installer's kernel is to be told, e.g. `inst.ks=file:/fedora.ks`; may be empty.
    package func commandLine(
        for system: OperatingSystem, _ answers: Answers
    ) throws(DatabaseError) -> String {
        try result("command-line", system, answers)
    }

    private func result(
        _ kind: String, _ system: OperatingSystem, _ answers: Answers
    ) throws(DatabaseError) -> String {
        guard let sheet = elements.lazy.compactMap({ $0.element("template/xsl:stylesheet") }).last
        else { throw DatabaseError(file: id, message: "the script has no style sheet") }
        let input = Document(root: kind)
        let script = [
            ("installation-source", answers.source),
            ("preferred-injection-method", answers.injection), ("profile", profile),
            ("expected-filename", expectedName),
        ]
        for (name, value) in script { input.root.set("script/\(name)", value) }
        system.describe(in: input.root)
        for variant in answers.variants {
            input.root.make("media").append("variant").append(text: variant)
        }
        if let url = answers.treeURL { input.root.make("tree/url").append(text: url) }
        var values = answers.values
        for (name, value) in [
            ("l10n-language", "en_US"), ("l10n-keyboard", "en_US"),
            ("l10n-timezone", "America/New_York"),
        ] where values[name] == nil {
            values[name] = value
        }
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let map = parameters.first { $0["name"] == name }?["value-map"]
            let mapped = try map.flatMap { id throws(DatabaseError) in
                try database.mapped(value, by: id)
            }
            input.root.make("config/\(name)").append(text: mapped ?? value)
        }
        return try Stylesheet(sheet, file: id).text(of: input)
    }
}

extension Database {
    /// An installation script by its id.
    package func installScript(id: String) throws(DatabaseError) -> InstallScript? {
        let elements = try elements("install-script", id: id)
        return elements.isEmpty ? nil : InstallScript(id: id, elements: elements, database: self)
    }

    /// What a value is elsewhere, e.g. a locale's keyboard; `nil` where the map has no such value.
    fileprivate func mapped(_ value: String, by map: String) throws(DatabaseError) -> String? {
        try elements("datamap", id: map).flatMap { $0.elements("entry") }
            .first { $0["inval"] == value }?["outval"]
    }
}

extension OperatingSystem {
    /// Says what it is, for a style sheet.
    fileprivate func describe(in root: Node) {
        let facts = [
            ("short-id", name), ("name", label), ("version", version), ("distro", distro),
            ("family", family), ("codename", codename), ("release-date", releaseDate),
            ("eol-date", endOfLifeDate), ("id", id),
        ]
        for (name, value) in facts where value != nil { root.set("os/\(name)", value) }
    }
}

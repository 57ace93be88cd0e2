import System
import XML

/// Generates the answer file for an unattended installation, e.g. a kickstart file.
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

    /// The text of the last child element with this name.
    private func text(_ name: String) -> String? {
        elements.compactMap { $0.child(name)?.text }.last
    }

    /// The kind of installation: `jeos` (a minimal one) or `desktop`.
    package var profile: String { text("profile") ?? "" }
    /// The file name that the installer expects, e.g. `fedora.ks`.
    package var expectedName: String { text("expected-filename") ?? "" }
    /// How the installer gets the file: `cdrom`, `disk`, `floppy`, `initrd`, `web`.
    package var injectionMethods: [String] {
        elements.flatMap { $0.elements("injection-method") }.map(\.text)
    }

    private var parameters: [Node] {
        elements.flatMap { $0.elements("config") }.flatMap { $0.elements("param") }
    }

    /// Whether a parameter must have a value, e.g. `admin-password`.
    package func requires(_ parameter: String) -> Bool {
        parameters.contains { $0["name"] == parameter && $0["policy"] != "optional" }
    }

    /// The input of a script.
    package struct Answers: Sendable {
        /// Values by parameter, e.g. `hostname`. Language and keyboard are locales, e.g. `en_US`.
        package var values: [String: String]
        /// `media` or `network`.
        package var source: String
        /// The injection method, e.g. `initrd`.
        package var injection: String
        /// The variants of the medium, e.g. `server-netinst`.
        package var variants: [String]
        /// The address of the tree, if the database knows it, e.g. `https://.../os` or
        /// `file:///srv/tree`.
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

    /// The contents of the answer file.
    package func contents(
        for system: OperatingSystem, _ answers: Answers
    ) throws(DatabaseError) -> String {
        try result("install-script-config", system, answers)
    }

    /// The arguments for the installer's kernel, e.g. `inst.ks=file:/fedora.ks`; may be empty.
    package func commandLine(
        for system: OperatingSystem, _ answers: Answers
    ) throws(DatabaseError) -> String {
        try result("command-line", system, answers)
    }

    /// Applies the script's style sheet to a document with all input. The name of its root element
    /// selects the template. libosinfo 1.10.0: `osinfo_install_script_generate_output`.
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
            // E.g. the installer's name of a keyboard, instead of a locale.
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
    /// The installation script with this id; `nil` if there is none.
    package func installScript(id: String) throws(DatabaseError) -> InstallScript? {
        let elements = try elements("install-script", id: id)
        return elements.isEmpty ? nil : InstallScript(id: id, elements: elements, database: self)
    }

    /// The value that a map has for another, e.g. a keyboard for a locale; `nil` if it has none.
    fileprivate func mapped(_ value: String, by map: String) throws(DatabaseError) -> String? {
        try elements("datamap", id: map).flatMap { $0.elements("entry") }
            .first { $0["inval"] == value }?["outval"]
    }
}

extension OperatingSystem {
    /// Adds its properties to the input of a style sheet.
    fileprivate func describe(in root: Node) {
        let facts = [
            ("short-id", name), ("name", label), ("version", version), ("distro", distro),
            ("family", family), ("codename", codename), ("release-date", releaseDate),
            ("eol-date", endOfLifeDate), ("id", id),
        ]
        for (name, value) in facts where value != nil { root.set("os/\(name)", value) }
    }
}

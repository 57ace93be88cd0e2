/// What the configuration of one of systemd's daemons sets: e.g. `logind.conf` and its drop-ins.
struct SystemdSettings {
    /// In the order in which they apply. A file has only one section.
    private var assignments: [(name: String, value: String)] = []

    /// Parses the main file and its drop-ins.
    init(_ texts: [String]) {
        for line in texts.joined(separator: "\n").split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { part in
                    part.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
                }
            guard parts.count == 2 else { continue }
            assignments.append((parts[0], parts[1]))
        }
    }

    /// Reads the files of a daemon, e.g. `logind`.
    init(of daemon: String) throws {
        var texts: [String] = []
        if let text = try textIfPresent("/etc/systemd/\(daemon).conf") { texts.append(text) }
        // A drop-in's name decides its order, and one in /etc replaces one in /usr of the same name.
        var paths: [String: String] = [:]
        for directory in ["/usr/lib", "/run", "/etc"].map({ $0 + "/systemd/\(daemon).conf.d" }) {
            for name in try names(in: directory) where name.hasSuffix(".conf") {
                paths[name] = "\(directory)/\(name)"
            }
        }
        for name in paths.keys.sorted() {
            if let path = paths[name], let text = try textIfPresent(path) { texts.append(text) }
        }
        self.init(texts)
    }

    /// A later setting replaces an earlier one.
    subscript(name: String) -> String? { assignments.last { $0.name == name }?.value }

    func isOn(_ name: String) -> Bool {
        ["yes", "y", "true", "t", "on", "1"].contains(self[name]?.lowercased())
    }

    /// A later setting adds to an earlier one; an empty one clears it.
    func words(_ name: String) -> [String] {
        var words: [String] = []
        for assignment in assignments where assignment.name == name {
            let added = assignment.value.split(separator: " ").map(String.init)
            words = added.isEmpty ? [] : words + added
        }
        return words
    }
}

/// The roles of this host: a policy file without any mistake.
package struct PolicyFile: Sendable {
    package let path: String
    /// Whether a session without a role is refused.
    package internal(set) var requiresRole = false
    /// The proxy for downloads; `nil` without one.
    package internal(set) var proxy: String?
    /// In the order of the file.
    package internal(set) var roles: [Role] = []

    /// `vocabulary` has the names that values may contain. The path is for messages only.
    package init(
        parsing bytes: [UInt8], path: String, _ vocabulary: PolicyVocabulary
    ) throws(PolicyFileError) {
        var parser = PolicyFileParser(PolicyFile(path: path), vocabulary)
        self = try parser.parse(bytes)
    }

    private init(path: String) { self.path = path }

    package func role(named name: String) -> Role? { roles.first { $0.name == name } }

    /// The default place.
    package static let standardPath = "/etc/atex-virt-helper/roles.conf"

    /// The maximum size in bytes.
    package static let sizeLimit = 1 << 20
}

/// Why a policy file cannot be used.
package struct PolicyFileError: Error, Hashable, Sendable {
    package let path: String
    /// `nil` if the problem is not in one line.
    package let line: Int?
    /// What is wrong, and what would be right.
    package let problem: String

    package init(path: String, line: Int? = nil, problem: String) {
        self.path = path
        self.line = line
        self.problem = problem
    }

    /// E.g. `/etc/atex-virt-helper/roles.conf:3: unknown key 'domain'; did you mean 'domains'?`.
    package var message: String { "\(path):\(line.map { "\($0):" } ?? "") \(problem)" }
}

/// The name of a role or an identity.
package enum IdentityName {
    package static let maximumLength = 64
    /// For messages.
    package static let rule = "1 to 64 of the characters A-Z a-z 0-9 . _ @ + -"

    package static func isValid(_ name: String) -> Bool {
        (1...maximumLength).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._@+-".utf8.contains(byte)
                }
            }
    }
}

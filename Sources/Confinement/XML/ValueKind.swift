/// What an attribute or a text in XML from a confined client may be.
package enum ValueKind: Hashable, Sendable, ExpressibleByStringLiteral {
    /// One of these words.
    case words([String])
    /// The name of the domain: granted, and no other domain has it.
    case name
    /// The UUID of the domain that is redefined, or a free one.
    case uuid
    /// A number that counts the unit beside it; at most `max-memory`.
    case memory
    /// At most `max-vcpus`.
    case vcpus
    case number
    /// `[A-Za-z0-9._+-]{1,64}`
    case token
    /// No control characters, at most 1024 bytes.
    case text
    /// Granted with `rw`, or with `r` under a disk that is readonly.
    case pool
    /// A volume of that pool that this session may use, in the driver's format.
    case volume
    case network
    /// `52:54:00:...`, and no other domain has it.
    case mac
    case hostPort
    case hostAddress
    /// The path of a granted volume whose content was judged.
    case volumePath
    /// Only in libvirt's own XML: a file or directory below one of these.
    case below([String])

    /// The words between `|`, as in `kvm|qemu`.
    package init(stringLiteral words: String) {
        self = .words(words.split(separator: "|").map(String.init))
    }

    /// As xml.allow spells it.
    package var name: String {
        switch self {
        case .words(let words): words.joined(separator: "|")
        case .name: "name"
        case .uuid: "uuid"
        case .memory: "memory"
        case .vcpus: "vcpus"
        case .number: "number"
        case .token: "token"
        case .text: "text"
        case .pool: "pool"
        case .volume: "volume"
        case .network: "network"
        case .mac: "mac"
        case .hostPort: "host-port"
        case .hostAddress: "host-address"
        case .volumePath: "volume-path"
        case .below(let folders): "below " + folders.joined(separator: "|")
        }
    }
}

import Text

extension Forward {
    /// The `hostfwd=` rules of user networks among QEMU's arguments. Arguments that QEMU itself
    /// would reject are skipped.
    static func qemu(_ arguments: [String], of domain: String) -> [Forward] {
        // Each `<qemu:arg>` is one word, so an option's value is the next element.
        zip(arguments, arguments.dropFirst()).flatMap { option, value -> [Forward] in
            // QEMU accepts its options with one or two dashes.
            let name = option.hasPrefix("--") ? String(option.dropFirst()) : option
            guard ["-netdev", "-net", "-nic"].contains(name) else { return [] }
            let network = value.hasPrefix("{") ? network(json: value) : network(text: value)
            guard let network else { return [] }
            return network.rules.compactMap { rule in
                guard let rule = HostForwardRule(rule) else { return nil }
                return Forward(
                    domain: domain, proto: rule.proto, address: rule.address, device: nil,
                    hostPorts: rule.hostPort...rule.hostPort, guestPort: rule.guestPort,
                    backend: .qemu, interface: network.name)
            }
        }
    }

    /// A user network's ID, or its MAC address if it has none, and its forwarding rules.
    private typealias UserNetwork = (name: String?, rules: [String])

    /// `user,id=n0,hostfwd=tcp::5022-:22`; two commas represent one in a value.
    private static func network(text: String) -> UserNetwork? {
        var parts = [""]
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == ",", rest.first != "," {
                parts.append("")
            } else {
                if character == "," { rest.removeFirst() }
                parts[parts.count - 1].append(character)
            }
        }
        let options = parts.map { part -> (name: Substring, value: Substring) in
            guard let sign = part.firstIndex(of: "=") else { return ("type", part[...]) }
            return (part[..<sign], part[part.index(after: sign)...])
        }
        func values(_ name: String) -> [String] {
            options.filter { $0.name == name }.map { String($0.value) }
        }
        guard values("type").first == "user" else { return nil }
        return (values("id").last ?? values("mac").last, values("hostfwd"))
    }

    /// `{"type": "user", "id": "n0", "hostfwd": [{"str": "tcp::5022-:22"}]}`
    private static func network(json: String) -> UserNetwork? {
        do throws(JSONError) {
            let object = try JSONParser.value(of: json)
            guard case .string("user")? = object["type"] else { return nil }
            var name: String?
            if case .string(let id)? = object["id"] { name = id }
            guard case .array(let values)? = object["hostfwd"] else { return (name, []) }
            let rules = values.compactMap { value -> String? in
                guard case .string(let rule)? = value["str"] else { return nil }
                return rule
            }
            return (name, rules)
        } catch { return nil }
    }
}

/// One of QEMU's rules, `tcp:127.0.0.1:5022-10.0.2.15:22`; `nil` if it does not name a port of the
/// host: a Unix socket, or a port that QEMU chooses.
private struct HostForwardRule {
    let proto: Forward.TransportProtocol
    let address: String?
    let hostPort: Int
    let guestPort: Int

    init?(_ rule: String) {
        var rest = rule[...]
        guard let name = rest.removePrefix(upTo: ":"),
            let proto = Forward.TransportProtocol(rawValue: name.isEmpty ? "tcp" : String(name)),
            let address = rest.removeAddress(), let host = rest.removePrefix(upTo: "-"),
            // The guest's address is not needed: a user network has one guest.
            rest.removeAddress() != nil, let host = UInt16(host), let guest = UInt16(rest),
            host > 0, guest > 0
        else { return nil }
        self.proto = proto
        self.address = address.isEmpty ? nil : String(address)
        hostPort = Int(host)
        guestPort = Int(guest)
    }
}

extension Substring {
    /// Removes the text before a separator, and the separator; `nil` if there is none.
    fileprivate mutating func removePrefix(upTo separator: Character) -> Substring? {
        guard let index = firstIndex(of: separator) else { return nil }
        defer { self = self[self.index(after: index)...] }
        return self[..<index]
    }

    /// Removes an address, which is in brackets if it has colons, and the colon after it.
    fileprivate mutating func removeAddress() -> Substring? {
        guard first == "[" else { return removePrefix(upTo: ":") }
        removeFirst()
        guard let address = removePrefix(upTo: "]"), popFirst() == ":" else { return nil }
        return address
    }
}

extension Forward {
    /// The `hostfwd=` of user networks among QEMU's arguments.
    static func qemu(_ arguments: [String], of domain: String) -> [Forward] {
        zip(arguments, arguments.dropFirst()).flatMap { option, value -> [Forward] in
            guard ["-netdev", "-net", "-nic"].contains(option.drop("--", leaving: "-")) else {
                return []
            }
            let network = value.hasPrefix("{") ? network(json: value) : network(text: value)
            guard let network else { return [] }
            return network.forwards.compactMap { rule in
                guard let rule = HostForward(rule) else { return nil }
                return Forward(
                    domain: domain, proto: rule.proto, address: rule.address, device: nil,
                    hostPorts: rule.hostPort...rule.hostPort, guestPort: rule.guestPort,
                    backend: .qemu, interface: network.name)
            }
        }
    }

    /// A user network's id, else its MAC address, and its forwards.
    private typealias UserNetwork = (name: String?, forwards: [String])

    /// `user,id=n0,hostfwd=tcp::5022-:22`, where two commas stand for one.
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
        do throws(NotARequest) {
            let object = try RequestObject(line: json.utf8)
            guard case .string("user") = object["type"]?.value else { return nil }
            var name: String?
            if case .string(let id) = object["id"]?.value { name = id }
            guard case .array(let values) = object["hostfwd"]?.value else { return (name, []) }
            let rules = values.compactMap { value -> String? in
                guard case .object(let members) = value, case .string(let rule) = members["str"]
                else { return nil }
                return rule
            }
            return (name, rules)
        } catch { return nil }  // nor does QEMU start with it
    }
}

/// A rule of QEMU's, `tcp:127.0.0.1:5022-10.0.2.15:22`; `nil` for what is no port of the host,
/// such as a socket with a path, or one that QEMU chooses.
private struct HostForward {
    let proto: String
    let address: String?
    let hostPort: Int
    let guestPort: Int

    init?(_ rule: String) {
        var rest = rule[...]
        guard let proto = rest.take(until: ":"), ["", "tcp", "udp"].contains(proto) else {
            return nil
        }
        guard let address = rest.takeAddress(), let host = rest.take(until: "-"),
            rest.takeAddress() != nil, let host = UInt16(host), let guest = UInt16(rest),
            host > 0, guest > 0
        else { return nil }
        self.proto = proto.isEmpty ? "tcp" : String(proto)
        self.address = address.isEmpty ? nil : String(address)
        hostPort = Int(host)
        guestPort = Int(guest)
    }
}

extension Substring {
    /// What is before a separator, which goes with it; `nil` where there is none.
    fileprivate mutating func take(until separator: Character) -> Substring? {
        guard let place = firstIndex(of: separator) else { return nil }
        defer { self = self[index(after: place)...] }
        return self[..<place]
    }

    /// An address, in brackets where it has colons, and the colon behind it.
    fileprivate mutating func takeAddress() -> Substring? {
        guard first == "[" else { return take(until: ":") }
        removeFirst()
        guard let address = take(until: "]"), popFirst() == ":" else { return nil }
        return address
    }
}

extension String {
    /// With another beginning, where it has the one.
    fileprivate func drop(_ beginning: String, leaving other: String) -> String {
        hasPrefix(beginning) ? other + dropFirst(beginning.count) : self
    }
}

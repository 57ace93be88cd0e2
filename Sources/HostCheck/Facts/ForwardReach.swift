import GuestAccess

extension Forward {
    /// Whether only this host itself can connect to it.
    var isLoopbackOnly: Bool {
        guard let address else { return device == "lo" }
        return address == "::1" || address.hasPrefix("127.")
    }

    /// Whether a socket at this address would keep the forward from listening on the same port.
    func conflicts(with proto: TransportProtocol, _ address: String?) -> Bool {
        func isAny(_ address: String?) -> Bool { [nil, "0.0.0.0", "::"].contains(address) }
        return proto == self.proto
            && (isAny(address) || isAny(self.address) || address == self.address)
    }

    /// One of its host ports as text, e.g. `203.0.113.2 tcp port 2201`.
    func text(_ port: Int) -> String {
        (address.map { "\($0) " } ?? "") + "\(proto.rawValue) port \(port)"
    }
}

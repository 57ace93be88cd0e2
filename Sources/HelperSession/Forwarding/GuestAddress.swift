import Host
import Libvirt
import XML

/// An address of a guest's, as somebody knows it.
struct GuestAddress: Equatable, Sendable {
    /// The guest's own name where its agent tells, else the host's device, e.g. `vnet0`.
    let interface: String
    let mac: String?
    /// Whether it is IPv6, not IPv4.
    let isIPv6: Bool
    let address: String
    let prefix: UInt32
    let source: Domain.AddressSource

    var object: JSONOutput {
        .object([
            ("interface", .string(interface)),
            ("mac", mac.map { .string($0) } ?? .null),
            ("family", .string(isIPv6 ? "ipv6" : "ipv4")),
            ("address", .string(address)),
            ("prefix", .integer(Int64(prefix))),
            ("source", .string(source.name)),
        ])
    }

    /// Whether it means the guest itself, be it written as IPv6.
    private var isLoopback: Bool { address.hasPrefix("127.") || address == "::1" }

    /// The addresses of several sources: each once, as the first of them knows it.
    static func merged(_ addresses: [GuestAddress]) -> [GuestAddress] {
        addresses.reduce(into: []) { merged, new in
            guard !new.isLoopback, !new.address.isEmpty else { return }
            let isKnown = merged.contains {
                $0.address == new.address && ($0.mac == new.mac || new.mac == nil)
            }
            if !isKnown { merged.append(new) }
        }
    }
}

extension Domain.AddressSource {
    var name: String {
        switch self {
        case .lease: "lease"
        case .agent: "agent"
        case .arp: "arp"
        }
    }
}

extension HostConnection {
    /// The addresses of a domain's guest. A source that cannot be asked is passed over, as long
    /// as another can.
    func addresses(
        of domain: Domain, _ description: Document, from sources: [Domain.AddressSource]
    ) throws -> [GuestAddress] {
        var found: [GuestAddress] = []
        var failures: [(source: Domain.AddressSource, error: LibvirtError)] = []
        for source in sources {
            do throws(LibvirtError) {
                found += try addresses(of: domain, from: source)
            } catch { failures.append((source, error)) }
            // Of sources that know the same, the first is told.
            if source == .lease { found += try leasesOnBridges(description) }
            if source == .arp, try isLocal() { found += try neighbours(description) }
        }
        if let first = failures.first, failures.count == sources.count, found.isEmpty {
            let name = try domain.name()
            let reasons = failures.map { "\($0.source.name): \($0.error.message)" }
            throw Refusal(
                Refusal.Kind(first.error),
                "cannot tell the addresses of domain '\(name)': "
                    + reasons.joined(separator: "; "), object: name, libvirt: first.error)
        }
        return GuestAddress.merged(found)
    }

    private func addresses(
        of domain: Domain, from source: Domain.AddressSource
    ) throws(LibvirtError) -> [GuestAddress] {
        try domain.interfaces(from: source).flatMap { interface in
            interface.ipAddresses.map { address in
                GuestAddress(
                    interface: interface.name, mac: interface.address?.lowercased(),
                    isIPv6: address.isIPv6, address: address.address, prefix: address.prefix,
                    source: source)
            }
        }
    }

    /// Leases of interfaces that name the bridge of one of libvirt's networks, not the network:
    /// libvirt does not look for them.
    private func leasesOnBridges(_ description: Document) throws -> [GuestAddress] {
        let interfaces = try description.root.nodes("devices/interface[@type='bridge']")
        guard !interfaces.isEmpty else { return [] }
        do throws(LibvirtError) {
            var found: [GuestAddress] = []
            for network in try open().networks(.active) {
                guard let bridge = try bridge(of: network) else { continue }
                for interface in interfaces {
                    guard interface.string("source/@bridge") == bridge,
                        let mac = interface.string("mac/@address")
                    else { continue }
                    found += try network.leases(mac: mac).map { lease in
                        GuestAddress(
                            interface: interface.string("target/@dev") ?? "",
                            mac: mac.lowercased(), isIPv6: lease.isIPv6,
                            address: lease.address ?? "", prefix: lease.prefix, source: .lease)
                    }
                }
            }
            return found
        } catch {
            // A host whose libvirt has no networks, or one that stopped just now.
            return []
        }
    }

    /// What the host's own table has. libvirt passes over entries that the host means to confirm,
    /// as it does for some seconds whenever one is used after a while.
    private func neighbours(_ description: Document) throws -> [GuestAddress] {
        let table: [ARPTable.Entry]
        do throws(SystemError) { table = try ARPTable.entries() } catch { return [] }
        return try description.root.nodes("devices/interface").flatMap { interface in
            let mac = interface.string("mac/@address")?.lowercased()
            return table.filter { $0.mac == mac }.map { entry in
                GuestAddress(
                    interface: interface.string("target/@dev") ?? "", mac: mac, isIPv6: false,
                    address: entry.address, prefix: 0, source: .arp)
            }
        }
    }

    private func bridge(of network: Network) throws(LibvirtError) -> String? {
        do throws(LibvirtError) { return try network.bridgeName() } catch {
            guard error.code == .internalError || error.code == .operationInvalid else {
                throw error
            }
            return nil  // a network without one
        }
    }
}

package import Libvirt
import Protocol
import System
package import Text
package import XML

/// An address of a guest, as one of several sources reports it.
package struct GuestAddress: Equatable, Sendable {
    /// The guest's own name of the interface if its agent reports it, else the host's device, e.g.
    /// `vnet0`.
    package let interface: String
    package let mac: String?
    package let isIPv6: Bool
    /// Numeric. A link-local address from the host's table has the host's device: `fe80::5%br0`.
    package let address: String
    package let prefix: UInt32
    package let source: Domain.AddressSource

    package var json: JSONValue {
        .object([
            ("interface", .string(interface)),
            ("mac", mac.map { .string($0) } ?? .null),
            ("family", .string(isIPv6 ? "ipv6" : "ipv4")),
            ("address", .string(address)),
            ("prefix", .integer(Int64(prefix))),
            ("source", .string(source.name)),
        ])
    }

    private var isLoopback: Bool { address.hasPrefix("127.") || address == "::1" }
    /// fe80::/10: the address is ambiguous without a device.
    var isLinkLocal: Bool {
        ["fe8", "fe9", "fea", "feb"].contains(address.prefix(3).lowercased()) && isIPv6
    }
    private var addressWithoutDevice: Substring { address.prefix { $0 != "%" } }

    /// The addresses of several sources without duplicates; the first source of each counts.
    static func merged(_ addresses: [GuestAddress]) -> [GuestAddress] {
        addresses.reduce(into: []) { merged, new in
            // The agent reports the guest's loopback device too.
            guard !new.isLoopback, !new.address.isEmpty else { return }
            let isKnown = merged.contains {
                $0.addressWithoutDevice == new.addressWithoutDevice
                    && ($0.mac == new.mac || new.mac == nil)
            }
            if !isKnown { merged.append(new) }
        }
    }
}

extension Domain.AddressSource {
    package var name: String {
        switch self {
        case .lease: "lease"
        case .agent: "agent"
        case .arp: "arp"
        }
    }
}

extension HostConnection {
    /// The addresses of a domain's guest. A source that fails is skipped if another one works.
    package func addresses(
        of domain: Domain, _ description: Document, from sources: [Domain.AddressSource]
    ) throws -> [GuestAddress] {
        var found: [GuestAddress] = []
        var failures: [(source: Domain.AddressSource, error: LibvirtError)] = []
        for source in sources {
            do throws(LibvirtError) {
                found += try addresses(of: domain, from: source)
            } catch { failures.append((source, error)) }
            // Directly after libvirt's own answer: `merged` keeps the first of equal addresses.
            if source == .lease { found += try leasesOnBridges(description) }
            if source == .arp, try isLocal() { try add(neighbours(description), to: &found) }
        }
        if let first = failures.first, failures.count == sources.count, found.isEmpty {
            let name = try domain.name()
            let reasons = failures.map { "\($0.source.name): \($0.error.message)" }
            throw RequestError(
                RequestError.Kind(first.error),
                "cannot determine the addresses of domain '\(name)': "
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

    /// Leases of interfaces whose XML names the bridge of a libvirt network instead of the network:
    /// libvirt does not find these.
    private func leasesOnBridges(_ description: Document) throws -> [GuestAddress] {
        let interfaces = try description.root.nodes("devices/interface[@type='bridge']")
        guard !interfaces.isEmpty else { return [] }
        do throws(LibvirtError) {
            var found: [GuestAddress] = []
            // What is found belongs to the domain, whether or not its network is granted.
            for network in try open().unfiltered.networks(.active) {
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
            // This libvirt has no network driver, or a network was stopped in between.
            return []
        }
    }

    /// The entries of the host's own table, with the domain's interface that each belongs to.
    /// libvirt returns only IPv4 addresses, and skips entries that the kernel is about to confirm,
    /// which it does for some seconds when an entry is used after a while.
    private func neighbours(
        _ description: Document
    ) throws -> [(interface: Node, entry: NeighbourTable.Entry)] {
        var found: [(interface: Node, entry: NeighbourTable.Entry)] = []
        for interface in try description.root.nodes("devices/interface") {
            guard let mac = interface.string("mac/@address")?.lowercased() else { continue }
            do throws(SystemError) {
                found += try NeighbourTable.entries(ofMAC: mac).map { (interface, $0) }
            } catch {
                // This process may not use netlink: libvirt's own answer remains.
                break
            }
        }
        return found
    }

    /// Adds the neighbours that connections reach, and removes the others from libvirt's answer.
    private func add(
        _ neighbours: [(interface: Node, entry: NeighbourTable.Entry)],
        to found: inout [GuestAddress]
    ) {
        for (interface, entry) in neighbours {
            guard entry.isReached else {
                found.removeAll {
                    $0.source == .arp && $0.address == entry.address && $0.mac == entry.mac
                }
                continue
            }
            found.append(
                GuestAddress(
                    interface: interface.string("target/@dev") ?? "", mac: entry.mac,
                    isIPv6: entry.isIPv6, address: entry.address, prefix: 0, source: .arp))
        }
    }

    /// `nil` if the network has no bridge.
    private func bridge(of network: Network) throws(LibvirtError) -> String? {
        do throws(LibvirtError) { return try network.bridgeName() } catch {
            // The codes of libvirt's drivers for a network without a bridge.
            guard error.code == .internalError || error.code == .operationInvalid else {
                throw error
            }
            return nil
        }
    }
}

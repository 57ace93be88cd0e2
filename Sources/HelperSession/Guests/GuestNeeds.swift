import Libvirt
import Protocol
import System
import Text
import XML

/// What a guest on demand takes of its host.
struct GuestNeeds: Hashable, Sendable {
    let memoryKiB: UInt64
    let vcpus: UInt64

    init(memoryKiB: UInt64, vcpus: UInt64) {
        self.memoryKiB = memoryKiB
        self.vcpus = vcpus
    }

    /// As another session says.
    init?(_ value: JSONValue) {
        guard case .number(let memory)? = value["memory"], let memory = UInt64(memory),
            case .number(let vcpus)? = value["vcpus"], let vcpus = UInt64(vcpus)
        else { return nil }
        self.init(memoryKiB: memory, vcpus: vcpus)
    }

    var json: JSONValue {
        .object([("memory", .number(String(memoryKiB))), ("vcpus", .number(String(vcpus)))])
    }

    /// Of a domain's XML, as libvirt writes it: in KiB.
    init(of domain: Node) throws {
        memoryKiB = try domain.text("memory").flatMap { UInt64($0) } ?? 0
        vcpus = try domain.text("vcpu").flatMap { UInt64($0) } ?? 1
    }
}

/// What a request for a guest on demand waits for.
struct GuestDemand: Hashable, Sendable {
    let needs: GuestNeeds
    /// How many host ports, and of which ranges.
    let portCount: Int
    let ranges: [ClosedRange<UInt16>]

    init(_ needs: GuestNeeds, ports: Int, of ranges: [ClosedRange<UInt16>]) {
        self.needs = needs
        portCount = ports
        self.ranges = ranges
    }

    /// As another session says.
    init?(_ value: JSONValue) {
        func numbers(_ value: JSONValue) -> [UInt16] {
            guard case .array(let elements) = value else { return [] }
            return elements.compactMap { element in
                if case .number(let text) = element { UInt16(text) } else { nil }
            }
        }
        guard let needs = GuestNeeds(value), case .number(let count)? = value["ports"],
            let count = Int(count), count >= 0, case .array(let ranges)? = value["ranges"]
        else { return nil }
        self.init(
            needs, ports: count,
            of: ranges.map(numbers).compactMap { bounds in
                guard bounds.count == 2, bounds[0] <= bounds[1] else { return nil }
                return bounds[0]...bounds[1]
            })
    }

    var json: JSONValue {
        .object([
            ("memory", .number(String(needs.memoryKiB))), ("vcpus", .number(String(needs.vcpus))),
            ("ports", .integer(Int64(portCount))),
            (
                "ranges",
                .array(
                    ranges.map {
                        .array([.integer(Int64($0.lowerBound)), .integer(Int64($0.upperBound))])
                    })
            ),
        ])
    }

    /// Whether both need a port of the same range.
    func sharesPorts(with other: GuestDemand) -> Bool {
        portCount > 0 && other.portCount > 0
            && ranges.contains { range in other.ranges.contains { $0.overlaps(range) } }
    }

    /// Whether a later request certainly gets nothing as long as this one waits: without ports this
    /// one waits for memory or processors, and the later one needs some in addition.
    func covers(_ other: GuestDemand) -> Bool { portCount == 0 || sharesPorts(with: other) }
}

/// What a host has, for the question whether it has room for another guest.
///
/// Counted is what the running domains and the guests of all sessions may take, not what they take
/// at the moment: a guest that has just been started takes nearly nothing yet.
struct HostRoom {
    private let memoryKiB: UInt64
    private let processors: UInt64
    /// What can be taken without swapping; `nil` if it is not known.
    private let availableKiB: UInt64?
    private let running: [RunningDomain]

    /// How many virtual processors a host may have for each of its own.
    static let vcpusPerProcessor: UInt64 = 16

    /// What is left to the host itself: a sixteenth, and at least 256 MiB.
    private var reserveKiB: UInt64 { max(256 << 10, memoryKiB / 16) }

    init(_ connection: Connection, running: [RunningDomain]) throws {
        let info = try connection.nodeInfo()
        memoryKiB = UInt64(info.memoryKiB)
        processors = UInt64(info.cpus)
        availableKiB = try connection.type() == "QEMU" ? availableMemoryKiB() : nil
        self.running = running
    }

    init(
        memoryKiB: UInt64, processors: UInt64, availableKiB: UInt64?, running: [RunningDomain]
    ) {
        self.memoryKiB = memoryKiB
        self.processors = processors
        self.availableKiB = availableKiB
        self.running = running
    }

    /// What the host has too little of for a guest beside those that sessions hold, and those that
    /// others wait for; `nil` if it has room.
    func shortage(
        for needs: GuestNeeds, beside guests: [(name: String, needs: GuestNeeds)],
        and waiting: [GuestNeeds] = []
    ) -> Shortage? {
        let held = Set(guests.map { Array($0.name.utf8) })
        let others = running.filter { !held.contains(Array($0.name.utf8)) }.map(\.needs)
        let all = others + guests.map(\.needs) + waiting
        let memory = all.reduce(0) { $0 + $1.memoryKiB }
        let usable = memoryKiB > reserveKiB ? memoryKiB - reserveKiB : 0
        guard memory + needs.memoryKiB <= usable else {
            return .memory(needs, taken: memory, usable: usable)
        }
        if let availableKiB {
            // Guests that sessions have only just begun to start.
            let names = Set(running.map { Array($0.name.utf8) })
            let coming = guests.filter { !names.contains(Array($0.name.utf8)) }.map(\.needs)
                .reduce(waiting.reduce(0) { $0 + $1.memoryKiB }) { $0 + $1.memoryKiB }
            guard coming + needs.memoryKiB <= availableKiB else {
                return .availableMemory(needs, available: availableKiB)
            }
        }
        let vcpus = all.reduce(0) { $0 + $1.vcpus }
        let limit = processors * Self.vcpusPerProcessor
        guard vcpus + needs.vcpus <= limit else {
            return .processors(needs, taken: vcpus, limit: limit)
        }
        return nil
    }

    /// What the host has too little of even if nothing else runs; `nil` if it has enough.
    func permanentShortage(for needs: GuestNeeds) -> Shortage? {
        HostRoom(memoryKiB: memoryKiB, processors: processors, availableKiB: nil, running: [])
            .shortage(for: needs, beside: [])
    }
}

extension HostRoom {
    /// Why there is no room for a guest. Memory is in KiB.
    enum Shortage {
        case memory(GuestNeeds, taken: UInt64, usable: UInt64)
        case availableMemory(GuestNeeds, available: UInt64)
        case processors(GuestNeeds, taken: UInt64, limit: UInt64)

        /// `showsHost`: also what all domains have, those that are hidden from a role included.
        func message(showsHost: Bool) -> String {
            let host =
                switch self {
                case .memory(_, let taken, let usable):
                    "its running domains have \(mebibytes(taken)) of \(mebibytes(usable))"
                case .availableMemory(_, let available):
                    "\(mebibytes(available)) are available"
                case .processors(_, let taken, let limit):
                    "its running domains have \(taken) of \(limit), "
                        + "\(HostRoom.vcpusPerProcessor) for each of its own"
                }
            return "the host has no room for a guest with \(wanted)"
                + (showsHost ? ": \(host)" : "")
        }

        /// The same of a permanent shortage.
        func permanentMessage(showsHost: Bool) -> String {
            let host =
                switch self {
                case .memory(_, _, let usable), .availableMemory(_, let usable):
                    "guests can have \(mebibytes(usable))"
                case .processors(_, _, let limit):
                    "guests can have \(limit), \(HostRoom.vcpusPerProcessor) for each of its own"
                }
            return "the host can never have room for a guest with \(wanted)"
                + (showsHost ? ": \(host)" : "")
        }

        private var wanted: String {
            switch self {
            case .memory(let needs, _, _), .availableMemory(let needs, _):
                "\(mebibytes(needs.memoryKiB)) of memory"
            case .processors(let needs, _, _): "\(needs.vcpus) processors"
            }
        }
    }
}

/// A domain that runs on the host.
struct RunningDomain {
    let name: String
    let needs: GuestNeeds
}

private func mebibytes(_ kibibytes: UInt64) -> String { "\(kibibytes >> 10) MiB" }

/// Linux: Documentation/filesystems/proc.rst, `MemAvailable`.
private func availableMemoryKiB() throws -> UInt64? {
    let lines = String(decoding: try contents(of: "/proc/meminfo", limit: 1 << 16), as: UTF8.self)
        .split(separator: "\n")
    return lines.first { $0.hasPrefix("MemAvailable:") }?
        .split(separator: " ").dropFirst().first.flatMap { UInt64($0) }
}

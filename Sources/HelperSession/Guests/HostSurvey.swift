import GuestAccess
import Libvirt
import Protocol
import System
import XML

/// What all domains of a host have, hidden ones included, as of the moment of its creation.
struct HostSurvey {
    private(set) var running: [RunningDomain] = []
    /// The host ports that they forward, whether they run or not.
    private var ports: [ClosedRange<Int>] = []

    init(_ connection: Connection) throws {
        for domain in try connection.unfiltered.domains() {
            do {
                let name = try domain.name()
                let inactive = try domain.xml(.inactive)
                let active = domain.id == nil ? nil : try domain.xml()
                try add(name, inactive: inactive, active: active)
            } catch let error as LibvirtError where error.code == .noDomain {
                LibvirtError.forgetReported()  // it has vanished since it was listed
            }
        }
    }

    private mutating func add(_ name: String, inactive: String, active: String?) throws {
        for xml in [inactive, active].compactMap({ $0 }) {
            let document = try Document(parsing: xml)
            // A forward without a range takes the ports that are free.
            ports += try Forward.all(in: document, of: name).filter(\.hasRange).map(\.hostPorts)
            if xml == active {
                running.append(RunningDomain(name: name, needs: try GuestNeeds(of: document.root)))
            }
        }
    }

    /// Whether a domain forwards a port of the host.
    func forwards(_ port: UInt16) -> Bool { ports.contains { $0.contains(Int(port)) } }
}

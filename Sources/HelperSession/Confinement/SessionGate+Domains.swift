import Confinement
import Libvirt
import Policy

extension SessionGate {
    func willChange(_ domain: Domain) throws { throw Denial("changing a domain is not granted") }
    func willLookInto(_ domain: Domain) throws {
        throw Denial("looking into a guest is not granted")
    }
    func willCreateDomain(named name: String) throws {
        throw Denial("domain '\(name)' is not granted")
    }
    func willConnect(to port: UInt16, of domain: Domain) throws {
        throw Denial("port \(port) is not granted")
    }
}

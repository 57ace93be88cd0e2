import Confinement
import Libvirt
import Policy

extension SessionGate {
    func judged(_ xml: String, as kind: XMLKind, of domain: Domain?) throws -> String {
        throw Denial("this XML is not granted")
    }
    func willRedefine(_ domain: Domain) throws {
        throw Denial("redefining a domain is not granted")
    }
}

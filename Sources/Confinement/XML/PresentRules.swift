import Policy

/// The rules for libvirt's own XML that a single row cannot state. They ask only about pools and
/// networks: a device of a hidden one is an administrator's.
struct PresentRules {
    let questions: XMLQuestions

    func check(_ element: JudgedElement, at path: String) throws {
        switch path {
        case "domain/os":
            // A firmware that libvirt did not choose is an administrator's.
            guard element["firmware"] == nil else { break }
            for child in element.children
            where child.name == "nvram" || child.name == "loader" && !child.text.isEmpty {
                throw notAllowed(child)
            }
        case "domain/devices/disk": try checkDisk(element)
        case "domain/devices/interface": try checkInterface(element)
        default: break
        }
        for child in element.children { try check(child, at: "\(path)/\(child.name)") }
    }

    private func checkDisk(_ disk: JudgedElement) throws {
        guard let source = disk.child("source") else { return }
        // The driver reads the format that is declared, and nothing else.
        guard disk["type"] == "volume", let pool = source["pool"] else {
            throw Denial(
                xml: "'\(disk.shown)' is of type \(disk["type"] ?? "file"); only volumes are "
                    + "allowed")
        }
        guard try questions.accessToPool(pool) != nil else {
            throw Denial(xml: "pool '\(clean(pool))' is not granted")
        }
    }

    private func checkInterface(_ interface: JudgedElement) throws {
        if interface["type"] == "user" {
            guard try questions.isNetworkGranted("user") else {
                throw Denial(xml: "'\(interface.shown)' of type 'user' is not granted")
            }
            guard interface.has("backend") else {
                throw Denial(
                    xml: "'\(interface.shown)' of type 'user' has no 'backend' of type passt")
            }
            return
        }
        guard let network = interface.child("source")?["network"] else {
            throw Denial(
                xml: "'\(interface.shown)' is of type \(clean(interface["type"] ?? "")) and has no "
                    + "network")
        }
        guard network != "user", try questions.isNetworkGranted(network) else {
            throw Denial(xml: "network '\(clean(network))' is not granted")
        }
    }

    private func notAllowed(_ element: JudgedElement) -> Denial {
        Denial(xml: "element '\(element.shown)' is not allowed")
    }
}

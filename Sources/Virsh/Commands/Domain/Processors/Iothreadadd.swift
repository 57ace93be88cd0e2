import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdIOThreadAdd` in virsh-domain.c.
    static let iothreadadd = Command("iothreadadd", .changes, help: "give a domain an I/O thread") {
        options in
        let domain = options.domain()
        let id = options.requiredNumber("id", "its number", as: .int32)
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            try domain.addIOThread(ioThread(given[id]), impact)
        }
    }
}

/// The number of an I/O thread, from 1.
func ioThread(_ id: Int32) throws(CommandFailure) -> UInt32 {
    guard id > 0 else { throw CommandFailure("Invalid IOThread id value: '\(id)'") }
    return UInt32(id)
}

import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNWFilterDefine` in virsh-nwfilter.c.
    static let nwfilterDefine = fromFile(
        "nwfilter-define", .never, help: "define a network filter or change its definition",
        failing: { "Failed to define network filter from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineNetworkFilter(xml: xml, validate: validate)
        },
        saying: { _, filter, path in
            "Network filter \(try filter.name()) defined from \(path)"
        })
}

import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNWFilterBindingCreate` in virsh-nwfilter.c.
    static let nwfilterBindingCreate = fromFile(
        "nwfilter-binding-create", .never, help: "bind a network filter to an interface",
        file: "file with the XML of the binding",
        failing: { "Failed to create network filter from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.createNetworkFilterBinding(xml: xml, validate: validate)
        },
        saying: { _, binding, path in
            "Network filter binding on \(try binding.port()) created from \(path)"
        })
}

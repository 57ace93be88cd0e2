import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNWFilterBindingDumpXML` in virsh-nwfilter.c.
    static let nwfilterBindingDumpxml = Command(
        "nwfilter-binding-dumpxml", .never, help: "print the XML of a network filter binding"
    ) { options in
        let binding = options.networkFilterBinding()
        _ = options.xpath()  // virsh declares these options but ignores them

        return { shell, given in
            let binding = try shell.networkFilterBinding(given[binding])
            // virsh's exit status is 0 even if this fails.
            do throws(LibvirtError) { shell.print(try binding.xml()) } catch {}
        }
    }
}

import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdNWFilterBindingDumpXML` in virsh-nwfilter.c.
    static let nwfilterBindingDumpxml = Command(
        "nwfilter-binding-dumpxml", .reads, help: "the XML of a network filter's binding"
    ) { options in
        let binding = options.networkFilterBinding()
        _ = options.xpath()  // virsh takes these, and never reads them

        return { shell, given in
            let binding = try shell.networkFilterBinding(given[binding])
            // A failure is a success to virsh.
            do throws(LibvirtError) { shell.print(try binding.xml()) } catch {}
        }
    }
}

import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolDumpXML` in virsh-volume.c.
    static let volDumpxml = Command(
        "vol-dumpxml", .read, on: .volume, help: "print the XML of a volume"
    ) { options in
        let vol = options.volume()
        let pool = options.poolIfGiven()
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let volume = try shell.volume(given[vol], in: given[pool])
            let xpath = try given[xpath]
            let xml = try shell.gate.shown(volumeXML: volume.xml())
            try shell.print(xml: xml, xpath: xpath, wrap: given[wrap])
        }
    }
}

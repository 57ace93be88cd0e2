import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomXMLFromNative` in virsh-domain.c.
    static let domxmlFromNative = Command(
        "domxml-from-native", .never, on: .file,
        help: "convert a hypervisor's native configuration to XML"
    ) { options in
        let format = options.data("format", "native format to read")
        let config = options.data("config", "file with the native configuration")

        return { shell, given in
            let format = try given[format]
            let text = try shell.text(ofFile: given[config])
            shell.print(try shell.connection.domainXML(fromNative: text, format: format))
        }
    }
}

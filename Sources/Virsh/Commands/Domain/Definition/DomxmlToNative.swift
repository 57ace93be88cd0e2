import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomXMLToNative` in virsh-domain.c.
    static let domxmlToNative = Command(
        "domxml-to-native", .never, help: "convert a domain's XML to the native configuration"
    ) { options in
        let format = options.data("format", "native format to write")
        let domain = options.string(
            "domain", "domain name, id or uuid", place: .named)
        let file = options.string("xml", "file with the domain's XML")

        return { shell, given in
            let format = try given[format]
            let path = try given[file]
            try given.exclusive(domain, file)
            let xml: String
            if let word = try given[domain] {
                let domain = try shell.domain(word)
                xml = try shell.explaining("failed to retrieve XML") {
                    () throws(LibvirtError) in try domain.xml()
                }
            } else if let path {
                xml = try shell.text(ofFile: path)
            } else {
                throw CommandFailure("need either domain or domain XML")
            }
            shell.print(
                try shell.connection.nativeDescription(ofDomain: xml, format: format))
        }
    }
}

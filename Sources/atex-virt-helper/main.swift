import FoundationEssentials
import Glibc
import Libvirt
import Virsh

struct Request: Decodable {
    let cmd: String
    let args: [String]?
}
struct Reply: Encodable {
    let success: Bool
    let cmd: String
    let args: [String]
    let reply: String
}

LibvirtError.silenceLibrary()
let sessionURI = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : nil
var connection: Connection?
while let line = readLine() {
    let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
    let shell = Shell(uri: sessionURI) { (uri, readOnly) throws(LibvirtError) in
        guard uri == sessionURI, !readOnly else {
            return try Connection(uri, readOnly: readOnly)
        }
        if let connection { return connection }
        connection = try Connection(uri)
        return connection!
    }
    var ok = true
    if request.cmd == "virsh" { ok = shell.run(request.args ?? []) }
    let pong = "atex-virt-helper v1 pong"
    let reply = Reply(
        success: ok, cmd: request.cmd, args: request.args ?? [],
        reply: request.cmd == "ping" ? pong : shell.output.text)
    let text = Array(try JSONEncoder().encode(reply)) + [10]
    _ = unsafe write(1, text, text.count)
}

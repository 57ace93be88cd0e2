import Libvirt
import Policy
import System

extension Command {
    /// virsh 9.0.0: `cmdScreenshot` in virsh-domain.c.
    static let screenshot = Command(
        "screenshot", .guest, on: [.domain, .file], effects: .looksInto,
        help: "save a screenshot of a guest's display to a file"
    ) { options in
        let domain = options.domain()
        let file = options.string(
            "file", "file to write (default: named by domain and time)", names: .file)
        let screen = options.number("screen", "number of the screen, from 0", as: .uint32)

        return { shell, given in
            let path = try given[file]
            let screen = try given[screen] ?? 0
            let name = try given[domain]
            let domain = try shell.domain(name)
            let stream = try shell.connection.dataStream()
            let type: String
            do throws(LibvirtError) {
                type = try domain.screenshot(to: stream, screen: screen)
            } catch {
                throw CommandFailure("could not take a screenshot of \(name)")
            }
            // The default name's extension depends on the type, so open the file only now.
            let target = try path ?? fileName(for: domain.name(), type)
            var screenshot = Optional(stream)
            try shell.writeFile(target, "cannot create file \(target)") { file in
                guard let stream = screenshot.take() else { return }
                do {
                    try stream.receive(into: file, sparse: false, shell.gate)
                } catch let denial as Denial {
                    throw denial
                } catch {
                    throw CommandFailure("could not receive data from domain '\(name)'")
                }
                do { try stream.finish() } catch {
                    throw CommandFailure("cannot close stream on domain '\(name)'")
                }
            }
            shell.printExtra("Screenshot saved to \(target), with type of \(type)")
        }
    }
}

/// A name such as `vm1-2024-01-31-12:00:00.png`. virsh 9.0.0: `virshGenFileName`.
private func fileName(for domain: String, _ type: String) -> String {
    let ending =
        switch type {
        case "image/x-portable-pixmap": ".ppm"
        case "image/png": ".png"
        default: ""
        }
    let time = localTime(secondsSince1970()).map { $0 == " " ? "-" : $0 }
    return "\(domain)-\(String(time))\(ending)"
}

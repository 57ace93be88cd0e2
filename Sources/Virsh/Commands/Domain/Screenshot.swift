import Host
import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdScreenshot` in virsh-domain.c.
    static let screenshot = Command(
        "screenshot", .changes, help: "save a picture of a guest's screen in a file"
    ) { options in
        let domain = options.domain()
        let file = options.string("file", "the file; without it one named for domain and time")
        let screen = options.number("screen", "which screen, from 0", as: .uint32)

        return { shell, given in
            let path = try given[file]
            let screen = try given[screen] ?? 0
            let name = try given[domain]
            let domain = try shell.domain(name)
            let stream = try shell.connection.dataStream()
            let type = try shell.explaining("could not take a screenshot of \(name)") {
                () throws(LibvirtError) in try domain.screenshot(to: stream, screen: screen)
            }
            let target = try path ?? fileName(for: domain, type)
            let (output, isNew) = try opened(target)
            do {
                try shell.save(stream, to: output, path: target, domain: name)
            } catch {
                if isNew { try? removeFile(target) }
                throw error
            }
            shell.printExtra("Screenshot saved to \(target), with type of \(type)")
        }
    }
}

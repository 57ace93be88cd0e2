import Libvirt
import Policy

extension Command {
    /// virsh 11.3.0: `cmdDomdisplayReload` in virsh-domain.c.
    static let domdisplayReload = Command(
        "domdisplay-reload", .never, on: .domain, since: .init(10, 2),
        help: "make a graphical display read its certificates again"
    ) { options in
        let domain = options.domain()
        let type = options.number("type", "type of the display (default: any)", as: .uint32)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            try domain.reloadGraphics(type: given[type] ?? 0)
        }
    }
}

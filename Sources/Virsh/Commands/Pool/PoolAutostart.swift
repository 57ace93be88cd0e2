import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolAutostart` in virsh-pool.c.
    static let poolAutostart = Command(
        "pool-autostart", .never, on: .pool,
        help: "start a pool when the daemon starts, or stop doing so"
    ) { options in
        let pool = options.pool()
        let disable = options.flag("disable", "do not start it when the daemon starts")

        return { shell, given in
            let name = try given[pool]
            let pool = try shell.pool(name)
            let mark = try given[disable] ? "unmark" : "mark"
            try shell.explaining("failed to \(mark) pool \(name) as autostarted") {
                () throws(LibvirtError) in try pool.setAutostart(mark == "mark")
            }
            shell.printExtra("Pool \(name) \(mark)ed as autostarted")
        }
    }
}

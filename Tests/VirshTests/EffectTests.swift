import Testing

@testable import Virsh

/// A policy may allow commands by their effect, so a wrong effect could let a user change a host.
/// The effects are listed a second time here: each command that does not count as a change was put
/// on a list on purpose.
struct EffectTests {
    private static let reading: Set = [
        "backup-dumpxml", "capabilities", "cd", "checkpoint-dumpxml", "checkpoint-info",
        "checkpoint-list", "checkpoint-parent", "complete", "cpu-models", "cpu-stats",
        "domblkerror", "domblkinfo", "domblklist", "domblkstat", "domcapabilities", "domcontrol",
        "domdisplay", "domfsinfo", "domhostname", "domid", "domif-getlink", "domifaddr",
        "domiflist", "domifstat", "dominfo", "domjobinfo", "domlaunchsecinfo", "domname",
        "domstate", "domstats", "domuuid", "domxml-from-native", "domxml-to-native", "dumpxml",
        "echo", "event", "exit", "freecell", "freepages", "get-user-sshkeys", "guestinfo", "help",
        "hostname", "iface-dumpxml", "iface-list", "iface-mac", "iface-name", "iothreadinfo",
        "list", "managedsave-dumpxml", "maxvcpus", "migrate-getmaxdowntime", "migrate-getspeed",
        "net-dhcp-leases", "net-dumpxml", "net-event", "net-info", "net-list", "net-name",
        "net-port-dumpxml", "net-port-list", "net-uuid", "nodecpumap", "nodecpustats",
        "nodedev-dumpxml", "nodedev-event", "nodedev-info", "nodedev-list", "nodeinfo",
        "nodememstats", "nodesevinfo", "nwfilter-binding-dumpxml", "nwfilter-binding-list",
        "nwfilter-dumpxml", "nwfilter-list", "pool-capabilities", "pool-dumpxml", "pool-event",
        "pool-info", "pool-list", "pool-name", "pool-uuid", "pwd", "qemu-monitor-event", "quit",
        "save-image-dumpxml", "secret-dumpxml", "secret-event", "secret-list", "self-test",
        "snapshot-dumpxml", "snapshot-info", "snapshot-list", "snapshot-parent", "sysinfo",
        "ttyconsole", "uri", "vcpucount", "vcpuinfo", "version", "vncdisplay", "vol-dumpxml",
        "vol-info", "vol-key", "vol-list", "vol-name", "vol-path", "vol-pool",
    ]

    private static let power: Set = [
        "destroy", "dompmsuspend", "dompmwakeup", "managedsave", "reboot", "reset", "restore",
        "resume", "save", "shutdown", "start", "suspend",
    ]

    @Test(arguments: Group.all.flatMap(\.commands))
    func everyCommandHasTheListedEffect(_ command: Command) {
        switch command.effect {
        case .reads: #expect(Self.reading.contains(command.name))
        case .power: #expect(Self.power.contains(command.name))
        case .changes:
            #expect(!Self.reading.contains(command.name))
            #expect(!Self.power.contains(command.name))
        }
    }

    @Test func listedCommandsExist() {
        for name in Self.reading.union(Self.power) { #expect(Command.named(name)?.name == name) }
    }
}

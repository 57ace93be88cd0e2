import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNodeSuspend` in virsh-host.c.
    static let nodesuspend = Command(
        "nodesuspend", .never, help: "suspend the host for a limited time"
    ) { options in
        let target = options.data("target", "mem, disk or hybrid")
        let duration = options.requiredNumber(
            "duration", "seconds until it resumes, at least 60", as: .int64)

        return { shell, given in
            let target = try given[target]
            let duration = try given[duration]
            guard let target = SuspendTarget(named: target) else {
                throw CommandFailure("Invalid target")
            }
            guard let seconds = UInt64(exactly: duration) else {
                throw CommandFailure("Invalid duration")
            }
            let connection = try shell.connection
            try shell.explaining("The host was not suspended") { () throws(LibvirtError) in
                try connection.suspendHost(target: target, seconds: seconds)
            }
        }
    }
}

import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomDirtyRateCalc` in virsh-domain.c.
    static let domdirtyrateCalc = Command(
        "domdirtyrate-calc", .guest, on: .domain,
        help: "start to measure a guest's dirty page rate",
        description: "`domstats --dirtyrate` prints the result"
    ) { options in
        let domain = options.domain()
        let seconds = options.number("seconds", "duration in seconds, 1 to 60", as: .int32)
        let mode = options.string("mode", "'page-sampling', 'dirty-bitmap' or 'dirty-ring'")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let seconds = try given[seconds] ?? 1
            let mode: Domain.DirtyRateMode =
                switch try given[mode] {
                case nil: []
                case "page-sampling": .pageSampling
                case "dirty-bitmap": .dirtyBitmap
                case "dirty-ring": .dirtyRing
                case let word?: throw CommandFailure("Unknown calculation mode '\(word)'")
                }
            try domain.measureDirtyRate(seconds: seconds, mode)
            shell.printExtra("Start to calculate domain's memory dirty rate successfully.\n")
        }
    }
}

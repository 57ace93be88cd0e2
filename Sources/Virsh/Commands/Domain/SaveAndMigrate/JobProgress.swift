extension Shell {
    /// How far a job is, in a line that the next one overwrites.
    /// virsh 9.0.0: `virshPrintJobProgress`.
    func printJobProgress(_ label: String, remaining: UInt64, total: UInt64) {
        var percent: Int32 = 100
        if remaining != 0 {
            let done = 100 - Double(remaining) * 100 / Double(total)
            // What does not fit, C turns into its least number; 100 is for jobs that are done.
            percent = done.isFinite ? Int32(exactly: done.rounded(.towardZero)) ?? .min : .min
            percent = min(percent, 99)
        }
        printRaw(toError: "\r\(label): [\("\(percent)".aligned(3)) %]")
    }

    /// What `--verbose` leaves of a job that ended well.
    func printJobDone(_ label: String) { printJobProgress(label, remaining: 0, total: 1) }
}

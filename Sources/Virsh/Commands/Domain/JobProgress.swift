import Text

extension Shell {
    /// Prints a job's progress as `\rLABEL: [ 42 %]`: on a terminal each line overwrites the one
    /// before. virsh 9.0.0: `virshPrintJobProgress`.
    func printJobProgress(_ label: String, remaining: UInt64, total: UInt64) {
        var percent: Int32 = 100
        if remaining != 0 {
            let done = 100 - Double(remaining) * 100 / Double(total)
            // C converts a value that does not fit to the smallest Int32. 100 % is reserved for
            // finished jobs.
            percent = done.isFinite ? Int32(exactly: done.rounded(.towardZero)) ?? .min : .min
            percent = min(percent, 99)
        }
        printRaw(toError: "\r\(label): [\("\(percent)".aligned(3)) %]")
    }

    /// Prints the final 100 %. A client reads the output only after the command, so the progress
    /// before it is left out.
    func printJobDone(_ label: String) { printJobProgress(label, remaining: 0, total: 1) }
}

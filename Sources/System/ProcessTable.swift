/// The processes of this host, from `/proc`.
package enum ProcessTable {
    /// The ids of all visible processes; empty if `/proc` cannot be read.
    package static func ids() -> [Int32] {
        do throws(SystemError) {
            return try Directory("/proc").names().compactMap { Int32($0) }
        } catch { return [] }
    }

    /// The working directories of all processes for root; for other users, of their own processes.
    package static func workingDirectories() -> Set<String> {
        Set(
            ids().compactMap { process in
                do throws(SystemError) { return try linkTarget("/proc/\(process)/cwd") } catch {
                    return nil  // another user's process, or one that has ended
                }
            })
    }
}

import CSystem
import Glibc

/// A process that outlives this one.
package enum DetachedProcess {
    /// Starts this program again with other words, at `/` and in a session of its own, without this
    /// process's streams. Returns what it writes to its standard output. C: `fork`, `execve`.
    package static func startSelf(_ words: [String]) throws(SystemError) -> FileDescriptor {
        var ends: [Int32] = [-1, -1]
        try check(atex_pipe(&ends))
        let output = FileDescriptor(owning: ends[0])
        let input = FileDescriptor(owning: ends[1])
        var vector = ([ProcessInformation.programName] + words).map { strdup($0) } + [nil]
        defer { for word in vector { free(word) } }
        // Also right if the program's file was replaced since, for example by an update.
        try check(atex_spawn_detached("/proc/self/exe", &vector, input.number))
        return output
    }
}

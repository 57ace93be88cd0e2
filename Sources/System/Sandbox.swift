import CSystem
import Glibc

/// What a session with a role gives up at its start.
package enum Sandbox {
    /// The variables of the environment that are kept.
    private static let keptVariables = [
        "LANG", "TERM", "NO_COLOR", "SSH_CONNECTION", "SSH_ORIGINAL_COMMAND", "SUDO_USER",
    ]
    private static let path = "/usr/sbin:/usr/bin:/sbin:/bin"

    /// Clears the environment, closes the descriptors above 2, and forbids core dumps and new
    /// privileges. Call it before anything is opened. C: `clearenv`, `close_range`, `setrlimit`,
    /// `prctl`.
    package static func enter() throws(SystemError) {
        // C: ld.so(8).
        let isLoaderInfluenced = variables.contains { $0.hasPrefix("LD_") }
        let kept = keptVariables.compactMap { name in environment(name).map { (name, $0) } }
        try check(clearenv())
        try check(setenv("PATH", path, 1))
        for (name, value) in kept { try check(setenv(name, value, 1)) }
        try check(atex_close_from(3))
        try check(atex_set_core_limit(0))
        try check(atex_set_no_new_privileges())
        if isLoaderInfluenced { try restart() }
    }

    /// Starts the program again, in the new environment. The dynamic loader reads its variables at
    /// the start only, and would otherwise look for libvirt, which is loaded later, where they say.
    private static func restart() throws(SystemError) {
        execv("/proc/self/exe", CommandLine.unsafeArgv)
        throw .last
    }

    // MARK: What is in force, as the kernel reports it

    /// The names of all variables of the environment.
    package static var variables: [String] {
        var names: [String] = []
        var entry = atex_environment()
        while let text = entry?.pointee {
            names.append(String(String(cString: text).prefix { $0 != "=" }))
            entry = entry?.successor()
        }
        return names.sorted()
    }

    /// The maximum size of a core dump in bytes.
    package static var coreLimit: UInt64 { UInt64(atex_get_core_limit()) }

    package static var forbidsNewPrivileges: Bool { atex_get_no_new_privileges() == 1 }
}

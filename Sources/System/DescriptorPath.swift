import Glibc

/// One of a process's three standard streams. The raw values are the descriptors' numbers.
package enum StandardStream: Int32, Sendable {
    case input, output, error
}

/// A path that names an open descriptor of this process instead of a file, e.g. `/dev/stdin`.
package struct DescriptorPath: Equatable, Sendable {
    /// The number of the descriptor. In a session, 0 to 2 are `/dev/null`: `StandardStreams.moved`.
    package let number: Int32

    /// The standard stream of that number; `nil` for other descriptors.
    package var stream: StandardStream? { StandardStream(rawValue: number) }

    /// `nil` if the path names something else. Symbolic links are followed, as `open` does:
    /// `/dev/stdin` is one, and so may be any other path.
    package init?(_ path: String) {
        guard let number = Self.number(byName: path) ?? Self.number(byLinks: path) else {
            return nil
        }
        self.number = number
    }

    /// The usual names, which count even if `/dev` or `/proc` is incomplete.
    private static func number(byName path: String) -> Int32? {
        switch path {
        case "/dev/stdin": return STDIN_FILENO
        case "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        default:
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard
                parts.dropLast() == ["", "dev", "fd"]
                    || parts.dropLast() == ["", "proc", "self", "fd"]
            else { return nil }
            return parts.last.flatMap { Int32($0) }
        }
    }

    private static func number(byLinks path: String) -> Int32? {
        var path = path
        // Linux follows at most 40 links. C: MAXSYMLINKS.
        for _ in 0..<40 {
            let end = path.lastIndex(of: "/")
            let name = String(end.map { path[path.index(after: $0)...] } ?? path[...])
            let parent = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            guard let folder = realPath(parent) else { return nil }
            if isDescriptorFolder(folder) { return Int32(name) }
            let link = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            // Fails for anything but a link.
            do throws(SystemError) {
                let target = try linkTarget(link)
                path = target.hasPrefix("/") ? target : "\(folder)/\(target)"
            } catch { return nil }
        }
        return nil
    }

    /// Whether a resolved path is `/proc/PID/fd` of this process or of one of its threads.
    private static func isDescriptorFolder(_ path: String) -> Bool {
        let own = "/proc/\(getpid())/"
        guard path.hasPrefix(own) else { return false }
        let rest = path.dropFirst(own.count).split(separator: "/")
        return rest == ["fd"] || rest.count == 3 && rest[0] == "task" && rest[2] == "fd"
    }
}

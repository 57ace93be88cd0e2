/// The processes of this host, from `/proc`.
package enum ProcessTable {
    /// The ids of all visible processes; empty if `/proc` cannot be read.
    package static func ids() -> [Int32] {
        do throws(SystemError) {
            return try Directory.names(in: "/proc").compactMap { Int32($0) }
        } catch { return [] }
    }

    /// The inodes of the sockets that a process has open; empty if it has ended.
    package static func sockets(of process: Int32) throws(SystemError) -> Set<String> {
        let directory = "/proc/\(process)/fd"
        var inodes: Set<String> = []
        do throws(SystemError) {
            for name in try Directory.names(in: directory) {
                let target: String
                do throws(SystemError) { target = try linkTarget("\(directory)/\(name)") } catch {
                    guard error == .noSuchFile else { throw error }
                    continue  // closed since
                }
                guard target.hasPrefix("socket:[") else { continue }
                inodes.insert(String(target.dropFirst("socket:[".count).dropLast()))
            }
        } catch {
            guard error == .noSuchFile else { throw error }
        }
        return inodes
    }

    /// These processes, their children, and so on.
    package static func families(of processes: Set<Int32>) -> Set<Int32> {
        var children: [Int32: [Int32]] = [:]
        for process in ids() {
            if let parent = parent(of: process) { children[parent, default: []].append(process) }
        }
        var found: Set<Int32> = []
        var waiting = Array(processes)
        while let process = waiting.popLast() {
            if found.insert(process).inserted { waiting += children[process] ?? [] }
        }
        return found
    }

    /// `nil` if the process has ended.
    private static func parent(of process: Int32) -> Int32? {
        do throws(SystemError) {
            let bytes = try contents(of: "/proc/\(process)/stat", limit: 4096)
            let text = String(decoding: bytes, as: UTF8.self)
            // proc(5): the name, in parentheses, may contain anything; state and parent follow it.
            guard let end = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: end)...].split(separator: " ")
            return fields.count > 1 ? Int32(fields[1]) : nil
        } catch { return nil }
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

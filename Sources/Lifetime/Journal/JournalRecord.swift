import Glibc
import Synchronization
package import System
import Text

/// The file of one unfinished step. This process keeps it locked until it is removed or released.
package final class JournalRecord: Sendable {
    package let path: String
    private let isDurable: Bool
    private let state: Mutex<State>

    private struct State: ~Copyable {
        /// `nil` after the end of the record.
        var file: FileDescriptor?
        /// `nil` as long as nothing is known to have been begun.
        var begun: Begun?
    }

    init(_ path: String, _ file: consuming FileDescriptor, isDurable: Bool) {
        self.path = path
        self.isDurable = isDurable
        state = Mutex(State(file: file))
        Self.open.add(1, ordering: .relaxed)
    }

    deinit { release() }

    private static let open = Atomic(0)

    /// How many records this process holds.
    package static var openCount: Int { open.load(ordering: .relaxed) }

    /// Blocks only while a clean-up looks at the file. Returns false if the file was removed.
    func lock() throws(SystemError) -> Bool {
        try state.withLock { (state) throws(SystemError) in
            guard let number = state.file?.number else { return false }
            // Fails on a file system without locks: a record would look like an ended session's.
            while flock(number, LOCK_EX) != 0 { guard errno == EINTR else { throw .last } }
            return try state.file?.status().linkCount ?? 0 > 0
        }
    }

    /// Whether the file still has its name.
    package var isPresent: Bool {
        state.withLock { state in
            do throws(SystemError) { return try state.file?.status().linkCount ?? 0 > 0 } catch {
                return true
            }
        }
    }

    /// Adds what is known now; the last line of a record counts.
    package func note(_ begun: Begun) throws(SystemError) {
        var bytes: [UInt8] = []
        begun.json.write(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        try state.withLock { (state) throws(SystemError) in
            let isFirst = state.begun == nil
            try state.file?.write(bytes)
            if isDurable {
                try state.file?.flush()
                if isFirst { try flushDirectory() }
            }
            state.begun = begun
        }
    }

    /// The thing is done or undone.
    package func remove() {
        state.withLock { state in
            guard state.file != nil else { return }
            unlink(path)
            // Otherwise the record could come back after a power failure, and the next session
            // would remove a volume that is complete by now. A unique name is not used again.
            if isDurable, case .volume(let volume)? = state.begun, !volume.hasUniqueName {
                do throws(SystemError) { try flushDirectory() } catch {
                    // The file is removed, at least until a power failure.
                }
            }
            end(&state)
        }
    }

    /// The descriptor of the file, which is locked as long as any process has it open; `nil` after
    /// the end of the record, until which it is valid.
    package var descriptorNumber: Int32? { state.withLock { $0.file?.number } }

    /// The thing could not be undone: another process may try.
    package func release() { state.withLock { end(&$0) } }

    private func end(_ state: inout State) {
        guard state.file != nil else { return }
        state.file = nil
        Self.open.subtract(1, ordering: .relaxed)
    }

    private func flushDirectory() throws(SystemError) {
        try Directory(parentDirectory(of: path)).flush()
    }
}

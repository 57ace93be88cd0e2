import CHost
import Glibc

/// A descriptor that stays open as long as the process.
package struct Descriptor: Sendable {
    package let number: Int32

    /// Moves standard input, output and error elsewhere and opens `/dev/null` in their places, so
    /// that no library and no child can read or write what belongs to the client. A descriptor
    /// that was closed becomes one of `/dev/null`.
    package static func takeStandard() throws(SystemError) -> (
        input: Descriptor, output: Descriptor, errors: Descriptor
    ) {
        let null = atex_open("/dev/null", O_RDWR | O_CLOEXEC, 0)
        guard null >= 0 else { throw .last }
        var moved: [Int32] = []
        for standard in Int32(0)...2 {
            var copy = fcntl(standard, F_DUPFD_CLOEXEC, 10)
            if copy < 0 { copy = fcntl(null, F_DUPFD_CLOEXEC, 10) }
            guard copy >= 0, dup2(null, standard) >= 0 else { throw .last }
            moved.append(copy)
        }
        if null > 2 { close(null) }
        return (Descriptor(moved[0]), Descriptor(moved[1]), Descriptor(moved[2]))
    }

    private init(_ number: Int32) { self.number = number }

    /// Standard input, output and error, as long as they have not been taken.
    package static let standardInput = Descriptor(0)
    package static let standardOutput = Descriptor(1)
    package static let standardError = Descriptor(2)

    /// C: `isatty`.
    package var isTerminal: Bool { isatty(number) == 1 }

    /// Writes all bytes, waiting until they are taken.
    package func write(_ bytes: [UInt8]) throws(SystemError) { try write(bytes[...]) }

    /// As above.
    package func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count >= 0 { rest = rest.dropFirst(count) } else { try waitToWrite() }
        }
    }

    /// Writes a range of a file's bytes, which the kernel moves itself where it can; how many there
    /// were: fewer only where the file has fewer. C: `sendfile`.
    package func write(
        _ range: Range<Int64>, of file: borrowing File
    ) throws(SystemError) -> Int64 {
        if range.count > 1 << 20 { atex_set_pipe_size(number, 1 << 20) }
        var place = off_t(range.lowerBound)
        while place < range.upperBound {
            let wanted = min(Int(range.upperBound) - place, 1 << 26)
            let count = sendfile(number, file.descriptor, &place, wanted)
            if count == 0 { break }
            guard count < 0 else { continue }
            if errno == EINVAL || errno == ENOSYS {
                let read = try file.bytes(at: Int64(place), atMost: min(wanted, 1 << 20))
                if read.isEmpty { break }
                try write(read)
                place += read.count
            } else {
                try waitToWrite()
            }
        }
        return Int64(place) - range.lowerBound
    }

    private func waitToWrite() throws(SystemError) { try wait(for: POLLOUT) }

    func waitToRead() throws(SystemError) { try wait(for: POLLIN) }

    /// Waits where a call that failed need only be made again: who shares the descriptor with us may
    /// have made it one that does not block.
    private func wait(for event: Int32) throws(SystemError) {
        if errno == EAGAIN {
            var polled = pollfd(fd: number, events: Int16(event), revents: 0)
            poll(&polled, 1, -1)
        } else if errno != EINTR {
            throw .last
        }
    }
}

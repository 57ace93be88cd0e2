import Confinement
import Libvirt
import System

/// The options of commands that copy bytes between a volume and a file.
struct TransferOptions {
    let vol: Key<String>
    let file: Key<String>
    let pool: Key<String?>
    private let offset: Key<UInt64?>
    private let length: Key<UInt64?>
    let sparse: Key<Bool>

    /// `ofRange` says what a role needs to copy a part of the volume.
    init(_ options: inout Options, ofRange access: Option.Access = .covered) {
        vol = options.volume()
        file = options.data("file", "file on the host", names: .file)
        pool = options.poolIfGiven()
        offset = options.number("offset", "first byte of the volume", access, as: .uint64)
        length = options.number(
            "length", "number of bytes (default: all)", access, as: .uint64Wrapping)
        sparse = options.flag("sparse", "preserve holes")
    }

    func range(_ given: ParsedOptions) throws -> (offset: UInt64, length: UInt64) {
        (try given[offset] ?? 0, try given[length] ?? 0)
    }
}

extension DataStream {
    /// Sends a file, but no more than `length` bytes of it unless that is 0; `sparse` sends its
    /// holes as holes instead of zeros. libvirt 9.0.0: `virStreamSendAll`,
    /// `virStreamSparseSendAll`, which send all of it: libvirtd 11.3.0 crashes if that is more than
    /// the length that `virStorageVolUpload` announced.
    func send(
        _ file: borrowing FileDescriptor, length: UInt64, sparse: Bool, _ shell: Shell
    ) throws {
        var left = length == 0 ? Int64.max : Int64(clamping: length)
        let isBlockDevice = try file.status().kind == .blockDevice
        var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
        // The remaining bytes of the current data section. 0 makes the loop look for the next
        // section; without `sparse` the whole file counts as one section.
        var section = sparse ? 0 : Int64.max
        while left > 0 {
            try Cancellation.check()
            if section == 0 {
                let found = try file.section(isBlockDevice: isBlockDevice, shell)
                if !found.isData, found.length > 0 {
                    let hole = min(found.length, left)
                    try sendHole(hole)
                    try reporting("send skipHandler failed") {
                        () throws(SystemError) in _ = try file.skip(hole)
                    }
                    left -= hole
                    continue
                }
                section = found.length
            }
            let limit = Int(min(section, left, Int64(chunk.count)))
            let count = try reporting("send handler failed") {
                () throws(SystemError) in try file.read(into: &chunk, atMost: limit)
            }
            if count == 0 { return }
            // libvirt may accept fewer bytes than it was given.
            var sent = 0
            while sent < count {
                sent += try send(chunk.span.extracting(sent..<count))
            }
            left -= Int64(count)
            if sparse { section -= Int64(count) }
        }
    }

    /// Writes everything that is received to a file; holes stay holes.
    /// libvirt 9.0.0: `virStreamSparseRecvAll`.
    func receive(
        into file: borrowing FileDescriptor, sparse: Bool, _ gate: any EffectGate
    ) throws {
        let isBlockDevice = try file.status().kind == .blockDevice
        var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
        while true {
            try Cancellation.check()
            switch try receive(into: &chunk, sparse: sparse) {
            case .bytes(let count):
                try gate.willStore(bytes: UInt64(count))
                try reporting("recv handler failed") {
                    () throws(SystemError) in
                    try file.write(chunk.span.extracting(0..<count))
                }
            case .hole(let length):
                try gate.willStore(bytes: UInt64(clamping: length))
                try reporting("recv holeHandler failed") { () throws(SystemError) in
                    // Skipped blocks of a device would keep their old content.
                    if isBlockDevice {
                        try file.writeZeros(length)
                    } else {
                        try file.skipHole(length)
                    }
                }
            case .end: return
            }
        }
    }
}

/// Runs `body`; reports a failure with libvirt's wording and throws it as an error of libvirt.
private func reporting<Value>(
    _ line: String, _ body: () throws(SystemError) -> Value
) throws(LibvirtError) -> Value {
    do throws(SystemError) {
        return try body()
    } catch {
        let failure = LibvirtError(code: .systemError, message: "\(line): \(error.message)")
        failure.report()
        throw failure
    }
}

extension FileDescriptor {
    /// Whether data or a hole follows at the current position, and its length.
    /// virsh 9.0.0: `virshStreamInData`.
    fileprivate func section(
        isBlockDevice: Bool, _ shell: Shell
    ) throws -> (isData: Bool, length: Int64) {
        // A device is all data. Its end is found by reading, so any length will do.
        if isBlockDevice { return (true, 1 << 20) }
        return try reporting("send holeHandler failed") { () throws(SystemError) in
            do throws(SystemError) {
                return try extent()
            } catch {
                shell.printError("Unable to get current position in stream")
                throw error
            }
        }
    }

    /// Writes a hole to a device, which cannot have holes. virsh 9.0.0: `virshStreamSkip`.
    fileprivate func writeZeros(_ length: Int64) throws(SystemError) {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var left = length
        while left > 0 {
            let count = Int(min(left, Int64(zeros.count)))
            try write(zeros.span.extracting(0..<count))
            left -= Int64(count)
        }
    }
}

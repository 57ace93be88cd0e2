import Confinement
import Libvirt
import Policy
import System

extension Command {
    /// virsh 9.0.0: `cmdVolUpload` in virsh-volume.c.
    static let volUpload = Command(
        "vol-upload", .storage, on: [.volume, .file], help: "copy the data of a file to a volume"
    ) { options in
        let transfer = TransferOptions(&options, ofRange: .refused)

        return { shell, given in
            let (offset, length) = try transfer.range(given)
            let name = try given[transfer.vol]
            let volume = try shell.completeVolume(name, in: given[transfer.pool])
            let path = try given[transfer.file]
            let file = try shell.fileToRead(path, "cannot read \(path)")
            // Holes would keep the old bytes, and so the result would not be what was judged.
            let isSparse = try given[transfer.sparse] && shell.policy.limits == nil
            // With a role, no file of the session's directory changes while it has a name, so what
            // is sent is what was judged.
            try shell.gate.exclusively {
                let target = try shell.name(of: volume)
                try shell.gate.willWrite(target)
                try shell.gate.willOverlay(ImageBytes(of: file), onto: target)
            } thenSlowly: {
                let stream = try shell.stream()
                // Each failure gets a line of virsh's; the shell adds libvirt's error after it.
                do {
                    try volume.upload(
                        from: stream, offset: offset, length: length, sparse: isSparse)
                } catch {
                    throw CommandFailure("cannot upload to volume \(name)")
                }
                do {
                    try stream.send(file, length: length, sparse: isSparse, shell)
                } catch {
                    throw CommandFailure("cannot send data to volume \(name)")
                }
                do { try stream.finish() } catch {
                    throw CommandFailure("cannot close volume \(name)")
                }
                try shell.flush(volume)
            }
            do { try file.close() } catch { throw CommandFailure("cannot close file \(path)") }
        }
    }
}

extension Shell {
    func stream() throws(CommandFailure) -> DataStream {
        let connection = try connection
        do throws(LibvirtError) {
            return try connection.dataStream()
        } catch {
            throw CommandFailure("cannot create a new stream")
        }
    }
}

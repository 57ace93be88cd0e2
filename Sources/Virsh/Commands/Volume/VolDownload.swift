import Confinement
import Libvirt
import Policy
import System

extension Command {
    /// virsh 9.0.0: `cmdVolDownload` in virsh-volume.c.
    static let volDownload = Command(
        "vol-download", .storage, on: [.volume, .file], help: "copy the data of a volume to a file"
    ) { options in
        let transfer = TransferOptions(&options)

        return { shell, given in
            let (offset, length) = try transfer.range(given)
            let name = try given[transfer.vol]
            let volume = try shell.completeVolume(name, in: given[transfer.pool])
            let path = try given[transfer.file]
            let isSparse = try given[transfer.sparse]
            try shell.gate.exclusively {
                try shell.gate.willRead(shell.name(of: volume))
            } thenSlowly: {
                try shell.writeFile(path, "cannot create \(path)") { file in
                    let stream = try shell.stream()
                    // Each failure gets a line of virsh's; the shell adds libvirt's error after it.
                    do {
                        try volume.download(
                            to: stream, offset: offset, length: length, sparse: isSparse)
                    } catch {
                        throw CommandFailure("cannot download from volume \(name)")
                    }
                    do {
                        try stream.receive(into: file, sparse: isSparse, shell.gate)
                    } catch let denial as Denial {
                        throw denial
                    } catch {
                        throw CommandFailure("cannot receive data from volume \(name)")
                    }
                    do { try stream.finish() } catch {
                        throw CommandFailure("cannot close volume \(name)")
                    }
                }
            }
        }
    }
}

import Lifetime
import Protocol
package import System

/// An image that guests get a disk from.
package struct ClonedImage: ~Copyable {
    /// The volume's name, for messages.
    package let name: String
    /// Absolute.
    package let path: String
    /// As the guest's XML declares it, e.g. `qcow2`.
    package let format: String
    package let file: FileDescriptor

    package init(
        _ volume: FileName, in pool: borrowing DirectoryPool, format: String
    ) throws {
        name = volume.text
        path = "\(pool.directory.path)/\(volume.text)"
        self.format = format
        file = try pool.open(volume)
    }
}

extension DirectoryPool {
    /// Makes a new file in the pool's directory that has what the image has, for a guest to write
    /// to: a reflink if the file system can make one, else a qcow2 overlay, which needs the image
    /// as long as it exists. Takes no time in both cases. Returns the file's format.
    ///
    /// The file is not flushed, because it does not outlive its session, and libvirt need not know
    /// it as a volume.
    package borrowing func clone(
        _ image: borrowing ClonedImage, as name: FileName
    ) throws -> String {
        do {
            let new = try AtomicFile(in: directory)
            var format = image.format
            if !new.descriptor.shareBlocks(of: image.file) {
                guard
                    let overlay = try QCOW2Overlay(
                        on: image.file, at: image.path, format: image.format)
                else { throw noOverlay(image) }
                try overlay.write(to: new.descriptor)
                format = "qcow2"
            }
            try new.descriptor.apply(image.file.attributes())
            try new.publish(as: name.text, replacing: false)
            return format
        } catch let error as SystemError {
            throw RequestError("cannot make a copy of volume '\(image.name)'", error)
        }
    }

    private borrowing func noOverlay(_ image: borrowing ClonedImage) -> RequestError {
        RequestError(
            .unsupported,
            "cannot make a copy of volume '\(image.name)': the file system of pool '\(self.name)' cannot "
                + "share its blocks, and no qcow2 overlay can be based on it, because its format is "
                + "'\(image.format)'", object: image.name)
    }
}

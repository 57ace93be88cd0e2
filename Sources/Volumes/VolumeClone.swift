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

    /// Whether a copy of the file alone, in a directory, is a copy of the image: a guest that writes
    /// to it does not write to the image's own data files, and a backing file that is named without
    /// its directory is found.
    borrowing func isWhole(in directory: String) -> Bool {
        // raw may hold anything.
        guard format != "raw" else { return true }
        let (image, isElsewhere) = (path, parentDirectory(of: path) != directory)
        return BackingFile.all(ofImage: image).allSatisfy { file in
            file.path == image || !file.isDataFile && !isElsewhere
        }
    }
}

extension DirectoryPool {
    /// Makes a new file in the pool's directory that has what the image has, for a guest to write
    /// to: a reflink if the file system can make one and the image has all its data itself, else a
    /// qcow2 overlay, which needs the image as long as it exists. Takes no time in both cases.
    /// Returns the file's format.
    ///
    /// The file is not flushed, because it does not outlive its session, and libvirt need not know
    /// it as a volume.
    package borrowing func clone(
        _ image: borrowing ClonedImage, as name: FileName
    ) throws -> String {
        do {
            let new = try AtomicFile(in: directory)
            var format = image.format
            let isWhole = image.isWhole(in: directory.path)
            if !isWhole || !new.descriptor.shareBlocks(of: image.file) {
                guard
                    let overlay = try QCOW2Overlay(
                        on: image.file, at: image.path, format: image.format)
                else { throw noOverlay(image, isWhole: isWhole) }
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

    private borrowing func noOverlay(
        _ image: borrowing ClonedImage, isWhole: Bool
    ) -> RequestError {
        let reason =
            isWhole
            ? "the file system of pool '\(self.name)' cannot share its blocks"
            : "it has data in other files"
        return RequestError(
            .unsupported,
            "cannot make a copy of volume '\(image.name)': \(reason), and no qcow2 overlay can be "
                + "based on an image of this size in the format '\(image.format)'",
            object: image.name)
    }
}

import Confinement
import Libvirt
import Lifetime
import Protocol
package import System
package import Wire

extension DirectoryPool {
    /// Replaces a volume by a copy of another, or with `move` by the other itself, in one step.
    package borrowing func copy(
        _ from: FileName, to target: CopyTarget, move: Bool = false,
        lifetime: VolumeLifetime = .permanent, _ overwriting: OverwriteGuard,
        progress: inout Progress
    ) throws {
        try lifetime.check(self)
        let isTaken = try hasFile(target.volume)
        let source = try open(from)
        // Early; the effects ask again.
        let gate = overwriting.gate
        try gate.willRead(volume(from))
        try gate.willWrite(volume(target.volume))
        if move { try gate.willWrite(volume(from)) }
        if isTaken { try overwriting.check(target.volume, in: self) }
        // Its domain would lose it.
        if move { try overwriting.check(from, in: self) }
        try requireComplete(target.volume)
        do {
            if move {
                // Before the section, in which other sessions would have to wait for the disk.
                source.awaitWriteback()
                try gate.exclusively {
                    try gate.willWrite(volume(from))
                    try gate.willWrite(volume(target.volume))
                    // Again, because the file may have been replaced.
                    let image = try ImageBytes(of: open(from))
                    try gate.willReceive(image, into: volume(target.volume))
                    try requirePlace()
                    let file = try open(from)
                    try file.flush()
                    let claim = try lifetime.claim(
                        file, as: target.volume, in: self, overwriting.host)
                    try overwriting.checkAgain(target.volume, from, in: self)
                    try Cancellation.settle()
                    try AtomicFile.renameDurably(
                        from.text, to: target.volume.text, in: directory)
                    claim?.keep()
                }
            } else {
                try copy(
                    source, to: target.volume, replacing: isTaken, lifetime, overwriting,
                    progress: &progress)
            }
        } catch let error as SystemError {
            throw RequestError("cannot copy '\(from.text)' to '\(target.volume.text)'", error)
        } catch is ShorterSource {
            throw RequestError(
                .busy,
                "cannot copy '\(from.text)' to '\(target.volume.text)': '\(from.text)' became "
                    + "shorter while it was copied", object: from.text)
        }
        // After the replacement, because its failure must keep the old system bootable. libvirt
        // makes a new file from the firmware's template when the domain starts.
        if let nvram = target.nvram, gate.mayRemove(nvram: nvram.path, ofDomain: nvram.domain) {
            do throws(SystemError) {
                if pathExists(nvram.path) {
                    try removeFile(nvram.path)
                    try Directory(parentDirectory(of: nvram.path)).flush()
                }
            } catch {
                throw RequestError(
                    "'\(target.volume.text)' is replaced, but its domain's NVRAM file '\(nvram.path)' "
                        + "cannot be removed", error)
            }
        }
        try list(target.volume, overwriting.host)
    }

    /// The copy gets the owner, group, mode and label of the file that it replaces, or else of its
    /// source, so that QEMU can open it.
    private borrowing func copy(
        _ source: borrowing FileDescriptor, to name: FileName, replacing: Bool,
        _ lifetime: VolumeLifetime, _ overwriting: OverwriteGuard, progress: inout Progress
    ) throws {
        let attributes =
            replacing ? try directory.open(name.text).attributes() : try source.attributes()
        // Before the bytes are; a larger capacity is known only afterwards.
        if !replacing {
            try overwriting.gate.willStore(bytes: UInt64(clamping: source.status().size))
        }
        let new = try AtomicFile(in: directory)
        try new.descriptor.copy(from: source) {
            try progress.report(done: UInt64(clamping: $0), total: UInt64(clamping: $1))
        }
        // Before publishing: QEMU may open the file as soon as it has its name.
        try new.descriptor.apply(attributes)
        // Other sessions wait for the section: the long part of the flush comes before it.
        new.descriptor.awaitWriteback()
        let gate = overwriting.gate
        try gate.enterSection()
        defer { gate.leaveSection() }
        try gate.willWrite(volume(name))
        let image = try ImageBytes(of: new.descriptor)
        let capacity = try gate.willReceive(image, into: volume(name))
        if !replacing, capacity > image.size { try gate.willStore(bytes: capacity - image.size) }
        try overwriting.checkAgain(name, in: self)
        try requirePlace()
        let claim = try lifetime.claim(new.descriptor, as: name, in: self, overwriting.host)
        try overwriting.mayStillWrite()
        try Cancellation.settle()
        try new.publish(as: name.text, durably: true)
        claim?.keep()
    }
}

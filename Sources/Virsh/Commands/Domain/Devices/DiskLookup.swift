import Libvirt
import XML

/// Finds a disk by target or source path in a domain's XML. Returns it without its
/// `<backingStore>`, which virsh drops since neither detaching nor updating needs it.
/// `changeable` limits the search to CD and floppy drives. virsh 9.0.0: `virshFindDisk`.
func findDisk(
    _ path: String, in xml: String, changeable: Bool = false
) throws(CommandFailure) -> Node {
    let disks: [Node]
    do throws(XMLError) {
        disks = try Document(parsing: xml).nodes("/domain/devices/disk")
    } catch {
        disks = []
    }
    guard !disks.isEmpty else { throw CommandFailure("Failed to get disk information") }
    for disk in disks {
        if changeable, let device = disk["device"], !["cdrom", "floppy"].contains(device) {
            continue
        }
        let source = disk.children.first { $0.isElement && $0.name == "source" }
        let names =
            [disk.string("./target/@dev")]
            + ["file", "dev", "dir", "name"].map { source?[$0] }
        guard names.contains(path) else { continue }
        disk.children.first { $0.isElement && $0.name == "backingStore" }?.remove()
        return disk
    }
    throw CommandFailure("No disk found whose source path or target is \(path)")
}

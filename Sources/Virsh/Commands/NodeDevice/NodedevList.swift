import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNodeListDevices` in virsh-nodedev.c.
    static let nodedevList = Command(
        "nodedev-list", .host, help: "list the devices of the host"
    ) { options in
        let tree = options.flag("tree", "print a tree of parents and children")
        let cap = options.string(
            "cap", "list only devices with one of these capabilities, comma-separated", as: .any)
        let inactive = options.flag("inactive", "list inactive devices")
        let all = options.flag("all", "list active and inactive devices")
        let persistent = options.flag(
            "persistent", "list only persistent devices", since: .init(10, 1))
        let transient = options.flag(
            "transient", "list only transient devices", since: .init(10, 1))

        return { shell, given in
            let capabilities = try given[cap].flatMap { $0.isEmpty ? nil : commaSeparated($0) }
            if try given[all] && given[inactive] {
                throw CommandFailure("Option --all is incompatible with --inactive")
            }
            if try given[transient], try given[persistent] || given[inactive] {
                throw CommandFailure(
                    "Option --transient is incompatible with --persistent and --inactive")
            }
            if try given[tree],
                try capabilities != nil || given[inactive] || given[persistent]
                    || given[transient]
            {
                let others =
                    shell.version < .init(10, 1)
                    ? "--cap and --inactive" : "--cap, --inactive, --persistent and --transient"
                throw CommandFailure("Option --tree is incompatible with \(others)")
            }
            var filter = try filter(capabilities ?? [], shell.version)
            if try given[inactive] || given[all] { filter.insert(.inactive) }
            if try !given[inactive] { filter.insert(.active) }
            if try given[persistent] { filter.insert(.persistent) }
            if try given[transient] { filter.insert(.transient) }
            let devices = try shell.nodeDevices(filter)
            if try given[tree] {
                shell.print(
                    Tree(
                        devices.map { name, device in
                            // virsh does not query the parent of `computer`, the root.
                            (name: name, parent: name == "computer" ? nil : device.parent)
                        }
                    ).text)
            } else {
                for (name, _) in devices { shell.print(name + "\n") }
            }
        }
    }
}

/// virsh 9.0.0: `virNodeDevCapTypeFromString`.
private func filter(
    _ names: [String], _ version: LibvirtVersion
) throws(CommandFailure) -> Connection.NodeDeviceFilter {
    var filter: Connection.NodeDeviceFilter = []
    for name in names {
        let newer = version < .init(11, 1) ? nil : newerCapabilities[name]
        guard let capability = capabilities[name] ?? newer else {
            throw CommandFailure("Invalid capability type")
        }
        filter.insert(capability)
    }
    return filter
}

private let capabilities: [String: Connection.NodeDeviceFilter] = [
    "system": .system, "pci": .pci, "usb_device": .usbDevice, "usb": .usbInterface, "net": .net,
    "scsi_host": .scsiHost, "scsi_target": .scsiTarget, "scsi": .scsi, "storage": .storage,
    "fc_host": .fibreChannelHost, "vports": .virtualPorts, "scsi_generic": .scsiGeneric,
    "drm": .drm, "mdev_types": .mdevTypes, "mdev": .mdev, "ccw": .ccw, "css": .css,
    "vdpa": .vdpa, "ap_card": .apCard, "ap_queue": .apQueue, "ap_matrix": .apMatrix, "vpd": .vpd,
]

/// Since 11.1.
private let newerCapabilities: [String: Connection.NodeDeviceFilter] = [
    "ccwgroup": .ccwGroup, "ccwgroup_member": .ccwGroupMember,
]

extension Shell {
    /// Devices, sorted by name. virsh 9.0.0: `virshNodeDeviceListCollect`.
    fileprivate func nodeDevices(
        _ filter: Connection.NodeDeviceFilter
    ) throws -> [(name: String, device: NodeDevice)] {
        try unsortedNodeDevices(filter).map { (name: try $0.name(), device: $0) }
            .sortedIgnoringCase { $0.name }
    }

    private func unsortedNodeDevices(
        _ filter: Connection.NodeDeviceFilter
    ) throws -> [NodeDevice] {
        let connection = try connection
        do throws(LibvirtError) {
            return try connection.nodeDevices(filter)
        } catch  where error.code == .noSupport {
            // virsh then makes older calls, which fail in drivers without devices.
            LibvirtError.forgetReported()
            _ = try explaining("Failed to count node devices") { () throws(LibvirtError) in
                try connection.nodeDeviceCount()
            }
            return []
        } catch {
            throw CommandFailure("Failed to list node devices")
        }
    }
}

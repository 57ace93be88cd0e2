import CLibvirt
import Policy

/// A device of the host, e.g. a PCI card, a USB device, a disk. C: `virNodeDevicePtr`.
package final class NodeDevice: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virNodeDevicePtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virNodeDevicePtr) { self.pointer = pointer }
    deinit { virNodeDeviceFree(pointer) }

    /// The name, e.g. `pci_0000_00_03_0`. C: `virNodeDeviceGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virNodeDeviceGetName(pointer)))
    }

    /// The name of the device that this one is part of; `nil` if there is none, or if libvirt
    /// fails. C: `virNodeDeviceGetParent`.
    package var parent: String? { virNodeDeviceGetParent(pointer).map { String(libvirt: $0) } }

    /// The description, a document `<device>`. C: `virNodeDeviceGetXMLDesc`.
    package func xml(inactive: Bool = false) throws(LibvirtError) -> String {
        let flags: UInt32 = inactive ? 1 << 0 : 0  // VIR_NODE_DEVICE_XML_INACTIVE
        return String(freeing: try check(virNodeDeviceGetXMLDesc(pointer, flags)))
    }

    /// Changes the device as a document `<device>` describes. C: `virNodeDeviceUpdate`.
    package func update(xml: String, _ impact: Network.UpdateFlags) throws(LibvirtError) {
        try check(virNodeDeviceUpdate(pointer, xml, impact.rawValue))
    }

    /// Whether the device exists, not only its definition. C: `virNodeDeviceIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virNodeDeviceIsActive(pointer)) > 0
    }

    /// Whether the device stays defined when it is removed. C: `virNodeDeviceIsPersistent`.
    package func isPersistent() throws(LibvirtError) -> Bool {
        try check(virNodeDeviceIsPersistent(pointer)) > 0
    }

    /// Whether the device is created when the host starts. C: `virNodeDeviceGetAutostart`.
    package func autostarts() throws(LibvirtError) -> Bool {
        var autostart: Int32 = 0
        try check(virNodeDeviceGetAutostart(pointer, &autostart))
        return autostart != 0
    }

    /// Sets whether the device is created when the host starts. C: `virNodeDeviceSetAutostart`.
    package func setAutostart(_ autostarts: Bool) throws(LibvirtError) {
        try check(virNodeDeviceSetAutostart(pointer, autostarts ? 1 : 0))
    }

    /// Detaches the device from the host's driver, so that a guest can use it. `driver`, e.g.
    /// `vfio`, is attached instead; `nil` means the default.
    /// C: `virNodeDeviceDettach`, `virNodeDeviceDetachFlags`.
    package func detach(driver: String?) throws(LibvirtError) {
        // Not every driver implements the call with flags.
        try check(
            driver == nil
                // The spelling is libvirt's.
                ? virNodeDeviceDettach(pointer) : virNodeDeviceDetachFlags(pointer, driver, 0))
    }

    /// Attaches the device to the host's driver again. C: `virNodeDeviceReAttach`.
    package func reattach() throws(LibvirtError) { try check(virNodeDeviceReAttach(pointer)) }

    /// Resets the device. C: `virNodeDeviceReset`.
    package func reset() throws(LibvirtError) { try check(virNodeDeviceReset(pointer)) }

    /// Creates a device that is defined. C: `virNodeDeviceCreate`.
    package func start() throws(LibvirtError) { try check(virNodeDeviceCreate(pointer, 0)) }

    /// Removes the device from the host; its definition stays. C: `virNodeDeviceDestroy`.
    package func destroy() throws(LibvirtError) { try check(virNodeDeviceDestroy(pointer)) }

    /// Removes the definition. C: `virNodeDeviceUndefine`.
    package func undefine() throws(LibvirtError) { try check(virNodeDeviceUndefine(pointer, 0)) }
}

extension NodeDevice {
    /// Whether a name is that of a network device that libvirt has made for a guest, which contains
    /// the guest's MAC address, e.g. `net_vnet3_fe_54_00_12_34_56`.
    package static func connectsGuest(_ name: String) -> Bool {
        ["net_vnet", "net_macvtap", "net_macvlan", "net_tap"].contains { name.hasPrefix($0) }
    }
}

extension Connection {
    /// The device with this name. `LibvirtError.Code.noNodeDevice` if there is none.
    /// C: `virNodeDeviceLookupByName`.
    package func nodeDevice(name: String) throws(LibvirtError) -> NodeDevice {
        guard policy.showsAllObjects else {
            return try granted(
                nodeDevices([]), .noNodeDevice,
                "Node device not found: no node device with matching name '\(name)'"
            ) { (device) throws(LibvirtError) in isSame(try device.name(), name) }
        }
        return NodeDevice(adopting: try check(virNodeDeviceLookupByName(pointer, name)))
    }

    /// The Fibre Channel adapter with this pair of World Wide Names, 16 hexadecimal digits each.
    /// C: `virNodeDeviceLookupSCSIHostByWWN`.
    package func nodeDevice(wwnn: String, wwpn: String) throws(LibvirtError) -> NodeDevice {
        NodeDevice(adopting: try check(virNodeDeviceLookupSCSIHostByWWN(pointer, wwnn, wwpn, 0)))
    }

    /// Creates a transient device, which is gone when it is removed. `validate` checks the XML
    /// against the schema. C: `virNodeDeviceCreateXML`.
    package func createNodeDevice(xml: String, validate: Bool) throws(LibvirtError) -> NodeDevice {
        let flags = validate ? VIR_NODE_DEVICE_CREATE_XML_VALIDATE.rawValue : 0
        return NodeDevice(adopting: try check(virNodeDeviceCreateXML(pointer, xml, flags)))
    }

    /// Defines a device or changes its definition. `validate` checks the XML against the schema.
    /// C: `virNodeDeviceDefineXML`.
    package func defineNodeDevice(xml: String, validate: Bool) throws(LibvirtError) -> NodeDevice {
        let flags = validate ? VIR_NODE_DEVICE_DEFINE_XML_VALIDATE.rawValue : 0
        return NodeDevice(adopting: try check(virNodeDeviceDefineXML(pointer, xml, flags)))
    }

    /// Which devices a list contains. The flags form groups, e.g. `active` and `inactive`; a group
    /// without a flag does not filter.
    /// C: `virConnectListAllNodeDeviceFlags`.
    package struct NodeDeviceFilter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectListAllNodeDeviceFlags) { rawValue = flag.rawValue }
        package static let inactive = Self(VIR_CONNECT_LIST_NODE_DEVICES_INACTIVE)
        package static let active = Self(VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE)
        package static let system = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_SYSTEM)
        package static let pci = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_PCI_DEV)
        package static let usbDevice = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_DEV)
        package static let usbInterface = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_USB_INTERFACE)
        package static let net = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET)
        package static let scsiHost = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_HOST)
        package static let scsiTarget = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_TARGET)
        package static let scsi = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI)
        package static let storage = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_STORAGE)
        package static let fibreChannelHost = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_FC_HOST)
        package static let virtualPorts = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPORTS)
        package static let scsiGeneric = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_SCSI_GENERIC)
        package static let drm = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_DRM)
        package static let mdevTypes = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV_TYPES)
        package static let mdev = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_MDEV)
        package static let ccw = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCW_DEV)
        package static let css = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_CSS_DEV)
        package static let vdpa = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_VDPA)
        package static let apCard = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_CARD)
        package static let apQueue = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_QUEUE)
        package static let apMatrix = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_AP_MATRIX)
        package static let vpd = Self(VIR_CONNECT_LIST_NODE_DEVICES_CAP_VPD)
        /// C: `VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCWGROUP_DEV`.
        package static let ccwGroup = Self(rawValue: 1 << 22)
        /// C: `VIR_CONNECT_LIST_NODE_DEVICES_CAP_CCWGROUP_MEMBER`.
        package static let ccwGroupMember = Self(rawValue: 1 << 23)
        /// C: `VIR_CONNECT_LIST_NODE_DEVICES_PERSISTENT`.
        package static let persistent = Self(rawValue: 1 << 28)
        /// C: `VIR_CONNECT_LIST_NODE_DEVICES_TRANSIENT`.
        package static let transient = Self(rawValue: 1 << 29)
    }

    /// All devices that match the filter, in no order. C: `virConnectListAllNodeDevices`.
    /// The policy hides those that connect guests.
    package func nodeDevices(_ filter: NodeDeviceFilter) throws(LibvirtError) -> [NodeDevice] {
        let devices = try adoptList(
            { virConnectListAllNodeDevices(pointer, $0, filter.rawValue) },
            NodeDevice.init(adopting:))
        if policy.showsAllObjects { return devices }
        // Not `filter`, which throws any error.
        var shown: [NodeDevice] = []
        for device in devices where try !NodeDevice.connectsGuest(device.name()) {
            shown.append(device)
        }
        return shown
    }

    /// How many devices there are; for drivers that cannot list them. C: `virNodeNumOfDevices`.
    package func nodeDeviceCount() throws(LibvirtError) -> Int32 {
        try check(virNodeNumOfDevices(pointer, nil, 0))
    }
}

import CLibvirt

/// A device of the host: PCI, USB, a disk, a network card... C: `virNodeDevicePtr`.
package final class NodeDevice: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virNodeDevicePtr

    /// Adopts the reference that libvirt handed to its caller.
    init(adopting pointer: virNodeDevicePtr) { self.pointer = pointer }
    deinit { virNodeDeviceFree(pointer) }

    /// Its name, e.g. `pci_0000_00_03_0`. C: `virNodeDeviceGetName`.
    package func name() throws(LibvirtError) -> String {
        String(libvirt: try check(virNodeDeviceGetName(pointer)))
    }

    /// The name of the device that it is part of; `nil` where there is none or it cannot be told.
    /// C: `virNodeDeviceGetParent`.
    package var parent: String? { virNodeDeviceGetParent(pointer).map { String(libvirt: $0) } }

    /// Its description. C: `virNodeDeviceGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virNodeDeviceGetXMLDesc(pointer, 0)))
    }

    /// Whether it is there, not only defined. C: `virNodeDeviceIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virNodeDeviceIsActive(pointer)) > 0
    }

    /// Whether it stays defined when it is gone. C: `virNodeDeviceIsPersistent`.
    package func isPersistent() throws(LibvirtError) -> Bool {
        try check(virNodeDeviceIsPersistent(pointer)) > 0
    }

    /// Whether it is made when the host starts. C: `virNodeDeviceGetAutostart`.
    package func autostarts() throws(LibvirtError) -> Bool {
        var autostart: Int32 = 0
        try check(virNodeDeviceGetAutostart(pointer, &autostart))
        return autostart != 0
    }

    /// C: `virNodeDeviceSetAutostart`.
    package func setAutostart(_ autostarts: Bool) throws(LibvirtError) {
        try check(virNodeDeviceSetAutostart(pointer, autostarts ? 1 : 0))
    }

    /// Takes it from the host's driver, so that a guest may have it; `driver` (`nil`: the usual
    /// one) holds it until then, e.g. `vfio`.
    /// C: `virNodeDeviceDettach`, `virNodeDeviceDetachFlags`.
    package func detach(driver: String?) throws(LibvirtError) {
        try check(
            driver == nil
                ? virNodeDeviceDettach(pointer) : virNodeDeviceDetachFlags(pointer, driver, 0))
    }

    /// Gives it back to the host's driver. C: `virNodeDeviceReAttach`.
    package func reattach() throws(LibvirtError) { try check(virNodeDeviceReAttach(pointer)) }

    /// C: `virNodeDeviceReset`.
    package func reset() throws(LibvirtError) { try check(virNodeDeviceReset(pointer)) }

    /// Makes a device that is defined. C: `virNodeDeviceCreate`.
    package func start() throws(LibvirtError) { try check(virNodeDeviceCreate(pointer, 0)) }

    /// Removes it from the host; its definition stays. C: `virNodeDeviceDestroy`.
    package func destroy() throws(LibvirtError) { try check(virNodeDeviceDestroy(pointer)) }

    /// Forgets its definition. C: `virNodeDeviceUndefine`.
    package func undefine() throws(LibvirtError) { try check(virNodeDeviceUndefine(pointer, 0)) }
}

extension Connection {
    /// C: `virNodeDeviceLookupByName`.
    package func nodeDevice(name: String) throws(LibvirtError) -> NodeDevice {
        NodeDevice(adopting: try check(virNodeDeviceLookupByName(pointer, name)))
    }

    /// The fibre channel adapter with a pair of world wide names, 16 hexadecimal digits each.
    /// C: `virNodeDeviceLookupSCSIHostByWWN`.
    package func nodeDevice(wwnn: String, wwpn: String) throws(LibvirtError) -> NodeDevice {
        NodeDevice(adopting: try check(virNodeDeviceLookupSCSIHostByWWN(pointer, wwnn, wwpn, 0)))
    }

    /// Makes a device that is gone once removed. `validate` checks the XML against the schema.
    /// C: `virNodeDeviceCreateXML`.
    package func createNodeDevice(xml: String, validate: Bool) throws(LibvirtError) -> NodeDevice {
        let flags = validate ? VIR_NODE_DEVICE_CREATE_XML_VALIDATE.rawValue : 0
        return NodeDevice(adopting: try check(virNodeDeviceCreateXML(pointer, xml, flags)))
    }

    /// `validate` checks the XML against the schema. C: `virNodeDeviceDefineXML`.
    package func defineNodeDevice(xml: String, validate: Bool) throws(LibvirtError) -> NodeDevice {
        let flags = validate ? VIR_NODE_DEVICE_DEFINE_XML_VALIDATE.rawValue : 0
        return NodeDevice(adopting: try check(virNodeDeviceDefineXML(pointer, xml, flags)))
    }

    /// Which devices a list has; groups that are left out filter nothing.
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
    }

    /// All devices that the filter lets through, in no order. C: `virConnectListAllNodeDevices`.
    package func nodeDevices(_ filter: NodeDeviceFilter) throws(LibvirtError) -> [NodeDevice] {
        try adoptList(
            { virConnectListAllNodeDevices(pointer, $0, filter.rawValue) },
            NodeDevice.init(adopting:))
    }

    /// How many devices there are; older drivers know no list. C: `virNodeNumOfDevices`.
    package func nodeDeviceCount() throws(LibvirtError) -> Int32 {
        try check(virNodeNumOfDevices(pointer, nil, 0))
    }
}

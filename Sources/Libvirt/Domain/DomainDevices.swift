import CLibvirt

extension Domain {
    /// Adds a device, described by XML; `nil` as impact means the running domain.
    /// C: `virDomainAttachDevice`, `virDomainAttachDeviceFlags`.
    package func attachDevice(_ xml: String, _ impact: Impact?) throws(LibvirtError) {
        if let impact {
            try check(virDomainAttachDeviceFlags(pointer, xml.cText, impact.rawValue))
        } else {
            try check(virDomainAttachDevice(pointer, xml.cText))
        }
    }

    /// Takes a device away; `nil` as impact means from the running domain.
    /// C: `virDomainDetachDevice`, `virDomainDetachDeviceFlags`.
    package func detachDevice(_ xml: String, _ impact: Impact?) throws(LibvirtError) {
        if let impact {
            try check(virDomainDetachDeviceFlags(pointer, xml.cText, impact.rawValue))
        } else {
            try check(virDomainDetachDevice(pointer, xml.cText))
        }
    }

    /// Takes the device of this alias away, once the guest lets it go.
    /// C: `virDomainDetachDeviceAlias`.
    package func detachDevice(alias: String, _ impact: Impact) throws(LibvirtError) {
        try check(virDomainDetachDeviceAlias(pointer, alias, impact.rawValue))
    }

    /// Changes a device; `force` does so even if the guest objects.
    /// C: `virDomainUpdateDeviceFlags`.
    package func updateDevice(
        _ xml: String, force: Bool = false, _ impact: Impact
    ) throws(LibvirtError) {
        try check(
            virDomainUpdateDeviceFlags(
                pointer, xml,
                impact.rawValue | (force ? VIR_DOMAIN_DEVICE_MODIFY_FORCE.rawValue : 0)))
    }
}

import CLibvirt

extension Domain {
    /// Adds a device that XML describes, e.g. a document `<disk>`; `nil` as impact means the
    /// running domain.
    /// C: `virDomainAttachDevice`, `virDomainAttachDeviceFlags`.
    package func attachDevice(_ xml: PermittedXML, _ impact: Impact?) throws(LibvirtError) {
        if let impact {
            try check(virDomainAttachDeviceFlags(pointer, xml.text.cText, impact.rawValue))
        } else {
            try check(virDomainAttachDevice(pointer, xml.text.cText))
        }
    }

    /// Removes the device that matches the XML; `nil` as impact means from the running domain.
    /// C: `virDomainDetachDevice`, `virDomainDetachDeviceFlags`.
    package func detachDevice(_ xml: PermittedXML, _ impact: Impact?) throws(LibvirtError) {
        if let impact {
            try check(virDomainDetachDeviceFlags(pointer, xml.text.cText, impact.rawValue))
        } else {
            try check(virDomainDetachDevice(pointer, xml.text.cText))
        }
    }

    /// Asks the guest to release the device with this alias, e.g. `net0`, and removes it then.
    /// C: `virDomainDetachDeviceAlias`.
    package func detachDevice(alias: String, _ impact: Impact) throws(LibvirtError) {
        try check(virDomainDetachDeviceAlias(pointer, alias, impact.rawValue))
    }

    /// Changes the device that matches the XML; `force` ejects a medium even if the guest
    /// locked it.
    /// C: `virDomainUpdateDeviceFlags`.
    package func updateDevice(
        _ xml: PermittedXML, force: Bool = false, _ impact: Impact
    ) throws(LibvirtError) {
        try check(
            virDomainUpdateDeviceFlags(
                pointer, xml.text,
                impact.rawValue | (force ? VIR_DOMAIN_DEVICE_MODIFY_FORCE.rawValue : 0)))
    }
}

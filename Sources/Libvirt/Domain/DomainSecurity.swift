import CLibvirt

extension Domain {
    /// The security label of a running domain. C: `virSecurityLabel`.
    package struct SecurityLabel: Sendable {
        /// E.g. `system_u:system_r:svirt_t:s0:c1,c2`; empty if there is none.
        package let label: String
        /// Whether the host enforces it, not only logs violations.
        package let isEnforcing: Bool
    }

    /// C: `virDomainGetSecurityLabel`.
    package func securityLabel() throws(LibvirtError) -> SecurityLabel {
        var label = virSecurityLabel()
        try check(virDomainGetSecurityLabel(pointer, &label))
        // Swift does not import the array, because it is too long. It is the first field.
        return SecurityLabel(label: String(field: label), isEnforcing: label.enforcing != 0)
    }

    /// How the guest's memory is protected from the host, e.g. `sev-measurement`.
    /// C: `virDomainGetLaunchSecurityInfo`.
    package func launchSecurity() throws(LibvirtError) -> [TypedParameter] {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        try check(virDomainGetLaunchSecurityInfo(pointer, &array, &count, 0))
        return [TypedParameter](freeing: array, count: count)
    }

    /// Puts a secret into the protected memory of a guest that was started paused.
    /// C: `virDomainSetLaunchSecurityState`.
    package func setLaunchSecurity(
        _ parameters: [TypedParameter]
    ) throws(LibvirtError) {
        try parameters.withC { array, count throws(LibvirtError) in
            try check(virDomainSetLaunchSecurityState(pointer, array, count, 0))
        }
    }
}

import CLibvirt

extension Domain {
    /// How the host's security model marks a running domain. C: `virSecurityLabel`.
    package struct SecurityLabel: Sendable {
        /// Empty where there is none.
        package let label: String
        package let isEnforcing: Bool
    }

    /// C: `virDomainGetSecurityLabel`.
    package func securityLabel() throws(LibvirtError) -> SecurityLabel {
        var label = virSecurityLabel()
        try check(virDomainGetSecurityLabel(pointer, &label))
        // The text comes first; Swift does not import an array so long.
        let text = withUnsafeBytes(of: &label) {
            String(escapingBytes: $0.prefix { $0 != 0 })
        }
        return SecurityLabel(label: text, isEnforcing: label.enforcing != 0)
    }

    /// How its memory is protected from the host. C: `virDomainGetLaunchSecurityInfo`.
    package func launchSecurity() throws(LibvirtError) -> [TypedParameter] {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        try check(virDomainGetLaunchSecurityInfo(pointer, &array, &count, 0))
        return [TypedParameter](freeing: array, count: count)
    }

    /// Puts a secret into the memory of a guest that is being launched.
    /// C: `virDomainSetLaunchSecurityState`.
    package func setLaunchSecurity(
        _ parameters: [TypedParameter]
    ) throws(LibvirtError) {
        try parameters.withC { array, count throws(LibvirtError) in
            try check(virDomainSetLaunchSecurityState(pointer, array, count, 0))
        }
    }
}

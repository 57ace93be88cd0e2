import CLibvirt
import Glibc

/// A passphrase or key that the host stores, e.g. for an encrypted volume. C: `virSecretPtr`.
package final class Secret: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virSecretPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virSecretPtr) { self.pointer = pointer }
    deinit { virSecretFree(pointer) }

    /// The UUID, e.g. `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virSecretGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virSecretGetUUIDString(pointer, text))
        }
    }

    /// What kind of object needs a secret. C: `virSecretUsageType`.
    package enum UsageType: Int32, Sendable {
        /// C: `VIR_SECRET_USAGE_TYPE_NONE`.
        case unused
        case volume, ceph, iscsi, tls, vtpm
    }

    /// What kind of object needs the secret; `nil` if libvirt fails, or reports a type that is not
    /// known here. C: `virSecretGetUsageType`.
    package var usageType: UsageType? { UsageType(rawValue: virSecretGetUsageType(pointer)) }

    /// Which object of that kind needs the secret, e.g. a volume's path; `nil` if libvirt fails.
    /// C: `virSecretGetUsageID`.
    package var usageID: String? { virSecretGetUsageID(pointer).map { String(libvirt: $0) } }

    /// The description, a document `<secret>` without the value. C: `virSecretGetXMLDesc`.
    package func xml() throws(LibvirtError) -> String {
        String(freeing: try check(virSecretGetXMLDesc(pointer, 0)))
    }

    /// The secret's value. C: `virSecretGetValue`.
    package func value() throws(LibvirtError) -> [UInt8] {
        var count = 0
        let bytes = try check(virSecretGetValue(pointer, &count, 0))
        // Don't leave the secret in freed memory.
        defer {
            explicit_bzero(bytes, count)
            free(bytes)
        }
        // A value may contain NUL and need not be UTF-8, so it is not a text.
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// Sets the secret's value; `bytes` may be empty. C: `virSecretSetValue`.
    package func setValue(_ bytes: [UInt8]) throws(LibvirtError) {
        // libvirt refuses NULL, which an empty array could be; the added byte is not sent.
        try check(virSecretSetValue(pointer, bytes + [0], bytes.count, 0))
    }

    /// Removes the definition and the value. C: `virSecretUndefine`.
    package func undefine() throws(LibvirtError) { try check(virSecretUndefine(pointer)) }
}

extension Connection {
    /// The secret with this UUID. `LibvirtError.Code.noSecret` if there is none.
    /// C: `virSecretLookupByUUIDString`.
    package func secret(uuid: String) throws(LibvirtError) -> Secret {
        Secret(adopting: try check(virSecretLookupByUUIDString(pointer, uuid)))
    }

    /// Defines a secret or changes the definition of one. `validate` checks the XML against the
    /// schema. C: `virSecretDefineXML`.
    package func defineSecret(xml: String, validate: Bool) throws(LibvirtError) -> Secret {
        Secret(
            adopting: try check(
                virSecretDefineXML(
                    pointer, xml, validate ? VIR_SECRET_DEFINE_VALIDATE.rawValue : 0)))
    }

    /// Which secrets a list contains. The flags form groups, e.g. `private` and `noPrivate`; a
    /// group without a flag does not filter. C: `virConnectListAllSecretsFlags`.
    package struct SecretFilter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectListAllSecretsFlags) { rawValue = flag.rawValue }
        package static let ephemeral = Self(VIR_CONNECT_LIST_SECRETS_EPHEMERAL)
        package static let noEphemeral = Self(VIR_CONNECT_LIST_SECRETS_NO_EPHEMERAL)
        package static let `private` = Self(VIR_CONNECT_LIST_SECRETS_PRIVATE)
        package static let noPrivate = Self(VIR_CONNECT_LIST_SECRETS_NO_PRIVATE)
    }

    /// All secrets that match the filter, in no order. C: `virConnectListAllSecrets`.
    package func secrets(_ filter: SecretFilter = []) throws(LibvirtError) -> [Secret] {
        try adoptList(
            { virConnectListAllSecrets(pointer, $0, filter.rawValue) }, Secret.init(adopting:))
    }

    /// How many secrets there are; for drivers that cannot list them. C: `virConnectNumOfSecrets`.
    package func secretCount() throws(LibvirtError) -> Int32 {
        try check(virConnectNumOfSecrets(pointer))
    }
}

/// What a document is, and so which of libvirt's functions it is meant for.
package enum XMLKind: String, Sendable, CaseIterable {
    case domain, volume
    /// One device, for `attach-device`, `update-device` and `detach-device`.
    case device
    case snapshot = "domainsnapshot"
    case checkpoint = "domaincheckpoint"

    /// The path of the root element, which has this name, in the allow-list; `nil` if the root
    /// must have another name.
    func path(ofRoot name: String) -> String? {
        if self == .device { return AllowList.path(ofDevice: name) }
        return name == rawValue ? name : nil
    }

    /// What the root must be, for messages.
    var rootRule: String {
        self == .device ? "a device, such as disk or interface" : "the element \(rawValue)"
    }
}

import CLibvirt

extension Network {
    /// A network's title, description or element. `LibvirtError.Code.noNetworkMetadata` if there is
    /// none. C: `virNetworkGetMetadata`.
    package func metadata(
        _ kind: Domain.Metadata, namespace: String? = nil, _ flags: UpdateFlags
    ) throws(LibvirtError) -> String {
        String(
            freeing: try check(
                virNetworkGetMetadata(pointer, kind.rawValue, namespace, flags.rawValue)))
    }

    /// Sets a title, description or element; `nil` removes it. `key` is the prefix for an element's
    /// namespace. C: `virNetworkSetMetadata`.
    package func setMetadata(
        _ kind: Domain.Metadata, _ text: String?, key: String? = nil, namespace: String? = nil,
        _ flags: UpdateFlags
    ) throws(LibvirtError) {
        try check(
            virNetworkSetMetadata(
                pointer, kind.rawValue, text, key, namespace, flags.rawValue))
    }
}

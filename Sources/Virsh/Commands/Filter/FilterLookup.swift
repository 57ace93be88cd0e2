import Libvirt

extension Options {
    /// The required option `nwfilter`. The body looks it up with `Shell.networkFilter`.
    mutating func networkFilter() -> Key<String> {
        data("nwfilter", "network filter name or uuid")
    }

    /// The required option `binding`. The body looks it up with `Shell.networkFilterBinding`.
    mutating func networkFilterBinding() -> Key<String> {
        data("binding", "host interface of the binding")
    }
}

extension Shell {
    /// The filter that a word names: tried as a UUID, then as a name.
    /// virsh 9.0.0: `virshCommandOptNWFilterBy`.
    func networkFilter(_ word: String) throws -> NetworkFilter {
        let connection = try connection
        if word.utf8.count == 36 {
            do throws(LibvirtError) { return try connection.networkFilter(uuid: word) } catch {}
        }
        return try lookUp("failed to get nwfilter '\(word)'") { () throws(LibvirtError) in
            try connection.networkFilter(name: word)
        }
    }

    /// The binding of a host interface. virsh 9.0.0: `virshCommandOptNWFilterBindingBy`.
    func networkFilterBinding(_ word: String) throws -> NetworkFilterBinding {
        let connection = try connection
        return try lookUp("failed to get nwfilter binding '\(word)'") {
            () throws(LibvirtError) in try connection.networkFilterBinding(port: word)
        }
    }
}

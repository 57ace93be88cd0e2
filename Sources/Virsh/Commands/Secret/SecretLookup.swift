import Libvirt

extension Options {
    /// The required option `secret`, to be looked up by the body with `Shell.secret`.
    mutating func secret() -> Key<String> { data("secret", "secret uuid") }
}

extension Shell {
    /// The secret with a UUID; secrets have no names. virsh 9.0.0: `virshCommandOptSecret`.
    func secret(_ uuid: String) throws -> Secret {
        let connection = try connection
        return try lookUp("failed to get secret '\(uuid)'") { () throws(LibvirtError) in
            try connection.secret(uuid: uuid)
        }
    }
}

import Libvirt

extension Options {
    /// The required option `secret`. The body looks it up with `Shell.secret`.
    mutating func secret() -> Key<String> { data("secret", "secret uuid") }
}

extension Shell {
    /// The secret with this UUID; secrets do not have names. virsh 9.0.0: `virshCommandOptSecret`.
    func secret(_ uuid: String) throws -> Secret {
        let connection = try connection
        return try lookUp("failed to get secret '\(uuid)'") { () throws(LibvirtError) in
            try connection.secret(uuid: uuid)
        }
    }
}

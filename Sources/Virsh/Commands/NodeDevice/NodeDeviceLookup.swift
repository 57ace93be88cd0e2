import Libvirt

extension Options {
    /// The required option `device`. The body looks it up with `Shell.nodeDevice`.
    mutating func nodeDevice() -> Key<String> {
        data("device", "device name, or a pair of world wide names: wwnn,wwpn")
    }

    /// The required option `device`. The body looks it up with `Shell.nodeDevice(named:)`.
    mutating func nodeDeviceName() -> Key<String> { data("device", "device name") }
}

extension Shell {
    /// The device that a word names. A word with a comma is a pair of world wide names.
    /// virsh 9.0.0: `vshFindNodeDevice`.
    func nodeDevice(_ word: String) throws -> NodeDevice {
        guard word.contains(",") else { return try nodeDevice(named: word) }
        let names = commaSeparated(word)
        guard names.count == 2 else { throw CommandFailure("Malformed device value '\(word)'") }
        for name in names { try checkWWN(name) }
        let connection = try connection
        return try explaining("Could not find matching device '\(word)'") {
            () throws(LibvirtError) in try connection.nodeDevice(wwnn: names[0], wwpn: names[1])
        }
    }

    func nodeDevice(named name: String) throws -> NodeDevice {
        let connection = try connection
        return try explaining("Could not find matching device '\(name)'") {
            () throws(LibvirtError) in try connection.nodeDevice(name: name)
        }
    }

    /// Fails unless a world wide name has 16 hexadecimal digits. libvirt 9.0.0: `virValidateWWN`.
    private func checkWWN(_ name: String) throws(CommandFailure) {
        let digits = name.hasPrefix("0x") ? name.utf8.dropFirst(2) : name.utf8[...]
        let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        guard digits.count == 16, isHexadecimal else {
            LibvirtError(
                code: .internalError, message: "internal error: Malformed wwn: \(name)"
            ).report()
            throw .silent
        }
    }
}

import InstallMedia
import Protocol
import System
import Text
import Volumes

/// What a client wants of a guest on demand.
struct GuestOrder {
    let template: String
    /// The pool of `from` and of the guest's disks; `nil`: that of the template's disk.
    let pool: String?
    /// The volume that the first disk is a copy of; `nil`: the template's.
    let from: FileName?
    /// `nil`: like the template's.
    let name: String?
    /// The guest's ports that are forwarded; `nil`: those that the template forwards.
    let ports: [UInt16]?
    let userData: String?
    let sshKeys: [String]
    let waitPort: UInt16?
    /// In seconds.
    let timeout: Double
    /// How long to wait for room on the host, in seconds; `nil`: not at all.
    let wait: Double?
    /// Of those that wait for room, requests with a higher number get it first.
    var priority = 0
    /// For others.
    var note: String?

    var hasSeed: Bool { userData != nil || !sshKeys.isEmpty }

    /// The most ports that one guest may get.
    private static let portLimit = 64

    /// Throws if an argument is wrong by itself.
    func check() throws {
        if let name { try Self.check(name: name) }
        for (index, port) in (ports ?? []).enumerated()
        where ports?[..<index].contains(port) == true {
            throw RequestError(.badRequest, "'ports' has port \(port) twice")
        }
        guard ports?.count ?? 0 <= Self.portLimit else {
            throw RequestError(
                .badRequest, "'ports' has more than \(Self.portLimit) ports")
        }
        for key in sshKeys where !GuestSeed.isKey(key) {
            throw RequestError(
                .badRequest,
                "'\(key.prefix(40))' in 'ssh_keys' is not a public key in the form of OpenSSH, e.g. "
                    + "'ssh-ed25519 AAAA...'")
        }
        guard userData?.isEmpty != true else {
            throw RequestError(.badRequest, "'user_data' is empty")
        }
    }

    private static func check(name: String) throws {
        let isPrintable = !name.unicodeScalars.contains {
            $0.properties.generalCategory == .control
        }
        // libvirt makes files and sockets with it.
        guard let file = FileName(name), isPrintable, file.text.utf8.count <= 200,
            name.first?.isWhitespace == false, name.last?.isWhitespace == false
        else {
            throw RequestError(
                .badRequest,
                "'\(name.prefix(100))' cannot be the name of a guest: it must have 1 to 200 bytes, no "
                    + "'/' and no control characters")
        }
    }
}

import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSendKey` in virsh-domain.c.
    static let sendKey = Command(
        "send-key", .guest, on: .domain, help: "send keys to a guest, pressed together"
    ) { options in
        let domain = options.domain()
        let codeset = options.string(
            "codeset", "code set of the keys (default: linux)", as: .any, place: .named)
        let hold = options.number(
            "holdtime", "milliseconds to hold the keys", as: .uint32, place: .named)
        let keys = options.rest("keycode", "key codes or names", required: true)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let word = try given[codeset] ?? ""
            // `rfb` is the older name of `qnum`.
            let name = word.isEmpty ? "linux" : word == "rfb" ? "qnum" : word
            let hold = try given[hold] ?? 0
            guard let codeset = Domain.KeycodeSet(named: name) else {
                throw CommandFailure("unknown codeset: '\(name)'")
            }
            var codes: [UInt32] = []
            for word in try given[keys] {
                guard codes.count < Domain.maximumKeyCount else {
                    throw CommandFailure("too many keycodes")
                }
                guard let code = keyCode(word, in: name) else {
                    throw CommandFailure("invalid keycode: '\(word)'")
                }
                codes.append(code)
            }
            try domain.sendKeys(codes, codeset: codeset, holdMilliseconds: hold)
        }
    }
}

/// The code of a key: a number in any of C's bases, or a name of the code set.
/// virsh 9.0.0: `virshKeyCodeGetInt`.
private func keyCode(_ word: String, in codeset: String) -> UInt32? {
    if let code = number(inAnyBase: word), (0...0xFFFF).contains(code) { return UInt32(code) }
    return keyNames(of: codeset)?[word].map { UInt32($0) }
}

extension Domain.KeycodeSet: VirshNamed {
    /// libvirt 9.0.0: `virKeycodeSet`.
    var name: String {
        switch self {
        case .linux: "linux"
        case .xt: "xt"
        case .atset1: "atset1"
        case .atset2: "atset2"
        case .atset3: "atset3"
        case .osX: "os_x"
        case .xtKbd: "xt_kbd"
        case .usb: "usb"
        case .win32: "win32"
        case .qnum: "qnum"
        }
    }
}

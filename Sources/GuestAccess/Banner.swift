import Protocol
package import Text

/// What must arrive from a guest's port to prove that the guest answers there.
package enum Banner {
    /// At port 22, ssh's own banner. At other ports: any byte through a forward, which accepts
    /// connections whether or not the guest does; an accepted connection at the guest's address.
    case standard
    /// An accepted connection is enough.
    case none
    case pattern(PythonRegex, String)

    /// From a request: `nil`, `none`, or a regular expression.
    package init(_ text: String?) throws {
        guard let text else {
            self = .standard
            return
        }
        if text == "none" {
            self = .none
            return
        }
        do throws(RegexError) {
            self = .pattern(try PythonRegex(text, within: MatchTime()), text)
        } catch {
            throw RequestError("banner", text, error)
        }
    }

    /// The proof that a banner requires at one port.
    enum Proof {
        case accepted, stayingOpen, anyByte
        case match(PythonRegex, String)
    }

    func proof(at port: UInt16, _ route: GuestRoute) throws(RegexError) -> Proof {
        switch self {
        case .none: route.isForward ? .stayingOpen : .accepted
        case .pattern(let regex, let text): .match(regex, text)
        // RFC 4253, section 4.2: a server may send other lines first, so search for it anywhere.
        case .standard where port == 22: .match(try PythonRegex("SSH-"), "SSH-")
        case .standard: route.isForward ? .anyByte : .accepted
        }
    }
}

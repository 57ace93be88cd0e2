import Libvirt
import Policy

extension Command {
    /// virsh 12.8.0: the command `domifannounce`.
    static let domifannounce = Command(
        "domifannounce", .devices, on: .domain, since: .init(12, 5),
        help: "announce a running guest's interfaces to their networks"
    ) { options in
        let domain = options.domain()
        let interface = options.string(
            "interface", "MAC address of the interface (default: all)", place: .positional)
        let times = ["initial", "max", "rounds", "step"].map { name in
            (name: name, key: options.number(name, meaning(of: name), as: .uint32, place: .named))
        }

        return { shell, given in
            let word = try given[domain]
            let domain = try shell.domain(word)
            let interface = try given[interface]
            let parameters = try times.compactMap { name, key in
                try given[key].map { TypedParameter(name, .uint32($0)) }
            }
            try domain.announce(interface: interface, parameters)
            shell.printExtra("Interface announcement sent for domain '\(word)'", terminator: "")
        }
    }
}

private func meaning(of option: String) -> String {
    switch option {
    case "initial": "milliseconds before the first announcement"
    case "max": "milliseconds between two announcements at most"
    case "rounds": "number of announcements"
    default: "milliseconds by which the pause grows"
    }
}

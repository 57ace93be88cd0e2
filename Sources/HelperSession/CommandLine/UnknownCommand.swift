import Protocol
import Text
import Virsh

/// The message for a word that is not the name of a command, with a suggestion if one is similar.
func unknownCommand(_ name: String) -> String {
    if let scalar = OriginalCommand.shellOperator(in: name) {
        return "'\(name)' is not one command: no shell runs it, so '\(scalar)' is not supported "
            + "outside quotes, and must be quoted for both sides of ssh"
    }
    if OriginalCommand.split(name) == nil {
        return "'\(name)' is not one command: quotes must be closed, and '#' and line ends "
            + "are not supported"
    }
    let names = SessionCommand.all.map(\.name) + StandaloneCommand.all.map(\.name)
    var near = suggestion(for: name, among: names)
    if near.isEmpty, Command.named(name, in: nil) != nil {
        near = "; did you mean 'virsh \(name)'?"
    }
    return "there is no command '\(name)'"
        + (near.isEmpty
            ? "; 'help' lists all; without words, or with 'atex-virt-helper', the helper reads "
                + "one JSON request per line"
            : "\(near) 'help' lists all")
}

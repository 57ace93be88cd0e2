import Protocol
import System

extension Check {
    static let loginShell = Check("login-shell") { view in
        guard !view.accounts.isEmpty else {
            throw RequestError(
                .notFound, "no account found that has the helper as its forced command")
        }
        let shells = try textIfPresent("/etc/shells")?.split(separator: "\n").map(String.init)
        return view.accounts.map { account in
            var facts = ShellFacts(account)
            facts.exists = isProgram(facts.shell)
            facts.isListed = shells?.contains(facts.shell) ?? true
            for path in facts.startupFiles {
                // A file that does not exist or cannot be read is skipped.
                do throws(RequestError) {
                    let owner = path.hasPrefix("/etc/") ? 0 : account.id
                    let text = try textIfPresent(path, ownedBy: owner) ?? ""
                    facts.output = firstPrintingLine(of: text).map { (path, $0) }
                } catch { continue }
                if facts.output != nil { break }
            }
            return facts.finding
        }
    }
}

/// The login shell of an account: sshd runs a forced command with it, by `-c`. What the shell
/// prints before the command would become part of the session.
struct ShellFacts {
    let user: String
    let shell: String
    let home: String
    var exists = true
    /// Whether `/etc/shells` has it.
    var isListed = true
    /// The first line of a startup file that seems to print something.
    var output: (path: String, line: String)?

    init(_ account: Account) {
        user = account.name
        shell = account.shell.isEmpty ? "/bin/sh" : account.shell
        home = account.home
    }

    private var name: String { programName(of: shell) }

    /// The files that the shell reads before a forced command.
    var startupFiles: [String] {
        let own: [String] =
            switch name {
            // bash reads its .bashrc if its input is a socket, as it is for a command over ssh.
            case "bash", "rbash": ["/etc/bash.bashrc", "/etc/bashrc", "\(home)/.bashrc"]
            case "zsh": ["/etc/zsh/zshenv", "/etc/zshenv", "\(home)/.zshenv"]
            case "fish": ["/etc/fish/config.fish", "\(home)/.config/fish/config.fish"]
            case "csh", "tcsh":
                ["/etc/csh.cshrc", "\(home)/.tcshrc", "\(home)/.cshrc"]
            default: []
            }
        // sshd itself runs sshrc.
        return ["/etc/ssh/sshrc"] + own
    }

    var finding: Finding {
        let hint = "set a usable shell: chsh -s /bin/sh \(user)"
        if ["nologin", "false", "true", "sync"].contains(name) {
            return .error(
                "the login shell of user '\(user)' is '\(shell)', which cannot run a forced command",
                hint)
        }
        if ["rbash", "git-shell", "rssh", "scponly"].contains(name) {
            return .error(
                "the login shell of user '\(user)' is '\(shell)', which cannot run a program by its "
                    + "path", hint)
        }
        guard exists else {
            return .error("the login shell of user '\(user)', '\(shell)', does not exist", hint)
        }
        if let output {
            return .error(
                "'\(output.path)' seems to print into each session of user '\(user)': "
                    + output.line, "remove that line, or run it only in interactive shells")
        }
        guard isListed else {
            return .warning(
                "the login shell of user '\(user)', '\(shell)', is not in /etc/shells, which PAM "
                    + "may require", hint)
        }
        return .ok("the login shell of user '\(user)' is '\(shell)' and prints nothing")
    }
}

/// The first line of a startup file that seems to print something in shells that are not
/// interactive; `nil` if there is none. A guess: it knows the usual programs and the usual ways to
/// ask for an interactive shell.
func firstPrintingLine(of text: String) -> String? {
    let programs = [
        "echo", "printf", "cat", "print", "fortune", "neofetch", "fastfetch", "screenfetch",
        "figlet", "cowsay", "date", "uptime", "who", "w", "last", "uname", "hostname", "clear",
        "tput",
    ]
    // The word that ends a block for interactive shells: `fi` or `esac`.
    var end: Substring?
    var isInFunction = false
    for line in text.split(separator: "\n") {
        let line = line.drop { $0 == " " || $0 == "\t" }
        let parts = line.split(separator: ";").map { $0.split { $0 == " " || $0 == "\t" } }
        guard let first = parts.first?.first, first.first != "#" else { continue }
        let asksForInteractive = ["$-", "PS1", "is-interactive"].contains(where: line.contains)
        if asksForInteractive { end = ["if": "fi", "case": "esac"][first] }
        if asksForInteractive || end != nil {
            // Other shells leave the file here: the rest is for interactive ones.
            if parts.joined().contains(where: { ["return", "exit"].contains($0) }) { return nil }
            if parts.contains(where: { $0.first == end }) { end = nil }
            continue
        }
        if line.contains("()") || first == "function" { isInFunction = true }
        if isInFunction {
            isInFunction = line.last != "}"
            continue
        }
        // Output that is redirected or piped does not get into the session.
        if line.contains(">") || line.contains("|") { continue }
        for part in parts {
            var isCommand = true
            for word in part {
                if isCommand, programs.contains(String(word)) { return String(line.prefix(80)) }
                isCommand = ["then", "do", "else", "&&", "{", "builtin", "command"].contains(word)
            }
        }
    }
    return nil
}

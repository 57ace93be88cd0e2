import Host

extension HostCheck {
    static let loginShell = HostCheck("login-shell") { view in
        guard !view.accounts.isEmpty else {
            throw Refusal(.notFound, "no account found that has the helper as its forced command")
        }
        let shells = try textIfThere("/etc/shells")?.split(separator: "\n").map(String.init)
        return view.accounts.map { account in
            var facts = ShellFacts(account)
            facts.exists = isProgram(facts.shell)
            facts.isListed = shells?.contains(facts.shell) ?? true
            for path in facts.startupFiles {
                // What is not there, or not ours to read, says nothing.
                do throws(Refusal) {
                    let owner = path.hasPrefix("/etc/") ? 0 : account.id
                    let text = try textIfThere(path, of: owner) ?? ""
                    facts.noise = noise(in: text).map { (path, $0) }
                } catch { continue }
                if facts.noise != nil { break }
            }
            return facts.finding
        }
    }
}

/// What sshd runs a forced command by: the shell of the user, with `-c`.
struct ShellFacts {
    let user: String
    let shell: String
    let home: String
    var exists = true
    /// In `/etc/shells`.
    var isListed = true
    /// The first line of what the shell reads at its start that prints, it seems.
    var noise: (path: String, line: String)?

    init(_ account: Account) {
        user = account.name
        shell = account.shell.isEmpty ? "/bin/sh" : account.shell
        home = account.home
    }

    private var name: String { programName(of: shell) }

    /// What is read before a command that sshd gives to the shell.
    var startupFiles: [String] {
        let own: [String] =
            switch name {
            // Where its input is a connection, bash takes itself for a remote shell.
            case "bash", "rbash": ["/etc/bash.bashrc", "/etc/bashrc", "\(home)/.bashrc"]
            case "zsh": ["/etc/zsh/zshenv", "/etc/zshenv", "\(home)/.zshenv"]
            case "fish": ["/etc/fish/config.fish", "\(home)/.config/fish/config.fish"]
            case "csh", "tcsh":
                ["/etc/csh.cshrc", "\(home)/.tcshrc", "\(home)/.cshrc"]
            default: []
            }
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
                "the login shell of user '\(user)' is '\(shell)', which cannot run a program by its path",
                hint)
        }
        guard exists else {
            return .error("the login shell of user '\(user)', '\(shell)', does not exist", hint)
        }
        if let noise {
            return .error(
                "'\(noise.path)' seems to print into each session of user '\(user)': \(noise.line)",
                "remove that line, or run it only in interactive shells")
        }
        guard isListed else {
            return .warning(
                "the login shell of user '\(user)', '\(shell)', is not in /etc/shells, which PAM "
                    + "may require", hint)
        }
        return .ok("the login shell of user '\(user)' is '\(shell)' and prints nothing")
    }
}

/// The first line of a shell's file that prints something whatever the shell is used for.
func noise(in text: String) -> String? {
    let programs = [
        "echo", "printf", "cat", "print", "fortune", "neofetch", "fastfetch", "screenfetch",
        "figlet", "cowsay", "date", "uptime", "who", "w", "last", "uname", "hostname", "clear",
        "tput",
    ]
    // The word that ends what is for people at a prompt.
    var end: Substring?
    var isInFunction = false
    for line in text.split(separator: "\n") {
        let line = line.drop { $0 == " " || $0 == "\t" }
        let parts = line.split(separator: ";").map { $0.split { $0 == " " || $0 == "\t" } }
        guard let first = parts.first?.first, first.first != "#" else { continue }
        let asksForPrompt = ["$-", "PS1", "is-interactive"].contains(where: line.contains)
        if asksForPrompt { end = ["if": "fi", "case": "esac"][first] }
        if asksForPrompt || end != nil {
            let leaves = parts.joined().contains { ["return", "exit"].contains($0) }
            if leaves { return nil }
            if parts.contains(where: { $0.first == end }) { end = nil }
            continue
        }
        if line.contains("()") || first == "function" { isInFunction = true }
        if isInFunction {
            isInFunction = line.last != "}"
            continue
        }
        // What is put elsewhere prints nothing here.
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

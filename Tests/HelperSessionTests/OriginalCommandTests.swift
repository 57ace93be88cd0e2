import Testing

@testable import HelperSession

@Suite struct OriginalCommandTests {
    @Test(arguments: [
        "atex-virt-helper", "exec atex-virt-helper",
        "/usr/local/bin/atex-virt-helper qemu:///system",
        "sudo -n -u root -- atex-virt-helper", "exec sudo --user=x A=b atex-virt-helper",
        "'atex-virt-helper' --log info", " atex-virt-helper\n",
    ])
    func helperIsRecognized(command: String) throws {
        #expect(try #require(OriginalCommand(command)).commandWords == nil)
    }

    @Test(arguments: [
        "ls", "exec", "sudo", "sudo -u atex-virt-helper", "scp -t x", "a; b", "connect vm1", "'x",
        "exec exec atex-virt-helper", "atex-virt-helper; ls", "atex-virt-helper2",
    ])
    func otherCommandsAreNotHelper(command: String) throws {
        let original = try #require(OriginalCommand(command))
        #expect(original.commandWords == original.words)
    }

    @Test(arguments: [
        "atex-virt-helper reservations --json", "exec atex-virt-helper reservations --json",
        "/usr/bin/atex-virt-helper test:///other reservations --json",
        "sudo -n atex-virt-helper --log info test:///other -- reservations --json",
        "atex-virt-helper -Linfo --log=info reservations --json",
    ])
    func wordsAfterTheHelperAreTheCommand(command: String) {
        #expect(OriginalCommand(command)?.commandWords == ["reservations", "--json"])
    }

    @Test func mistakesAfterTheHelperAreReported() {
        #expect(OriginalCommand("atex-virt-helper --nope")?.commandWords == ["--nope"])
        #expect(OriginalCommand("atex-virt-helper --help")?.commandWords == ["--help"])
        #expect(OriginalCommand("atex-virt-helper reservatons")?.commandWords == ["reservatons"])
    }

    @Test func textIsSplitLikeShell() {
        #expect(OriginalCommand("virsh 'a b' \"c\"")?.words == ["virsh", "a b", "c"])
        #expect(OriginalCommand("ls; rm x")?.words == ["ls; rm x"])
        #expect(OriginalCommand(" \n") == nil)
    }

    @Test(arguments: [
        ("a | b", "|"), ("a;b", ";"), ("'a|b' && c", "&"), ("a $(b)", "("), ("é`b`", "`"),
    ])
    func shellOperatorsAreFound(text: String, found: Unicode.Scalar) {
        #expect(OriginalCommand.shellOperator(in: text) == found)
    }

    @Test(arguments: ["a 'b | c'", "a # | b", "a\n", "'a", "", "a \\| b"])
    func otherTextsHaveNoOperator(text: String) {
        #expect(OriginalCommand.shellOperator(in: text) == nil)
    }
}

import Policy
import Protocol
import Testing
import Text

@testable import HelperSession

@Suite struct RequestFromWordsTests {
    /// The request's members, as on the wire.
    private func members(_ words: String...) throws -> String {
        let request = try RequestFromWords(words, .unconfined)
        return request.object.members.map { "\($0.name)=\($0.source)" }.joined(separator: " ")
    }

    private func mistake(_ words: String...) -> String {
        do { _ = try RequestFromWords(words, .unconfined) } catch let error as UsageError {
            return error.message
        } catch { Issue.record(error) }
        return ""
    }

    @Test func argumentsHaveNamesOrOrder() throws {
        #expect(
            try members("port-forwards", "vm1", "guest_port=22")
                == #"cmd="port-forwards" domain="vm1" guest_port=22"#)
        #expect(
            try members("wait-port", "port=22", "vm1", "1.5")
                == #"cmd="wait-port" port=22 domain="vm1" timeout=1.5"#)
        #expect(try members("ping") == #"cmd="ping""#)
    }

    @Test func wordsBecomeValuesOfTheirType() throws {
        #expect(
            try members("create-volume", "p", "n", "raw", "10", "remove_existing=yes")
                == #"cmd="create-volume" pool="p" name="n" format="raw" size=10 "#
                + "remove_existing=true")
        for (word, value) in [
            ("on", "true"), ("1", "true"), ("no", "false"), ("0", "false"), ("maybe", "\"maybe\""),
        ] {
            #expect(
                try members("copy-volume", "p", "f", "t", "move=\(word)").hasSuffix("move=\(value)")
            )
        }
        // A word of a wrong type stays a string, which the command then rejects.
        for word in ["x", "022", "1.", "-1", "1e3", ""] {
            #expect(
                try members("wait-port", "vm1", "port=\(word)").hasSuffix("port=\"\(word)\""))
        }
    }

    @Test func connectStopsTheGuestIfTheRoleGrantsIt() throws {
        func request(_ words: String, virsh: String?) throws -> String {
            var policy = Policy.unconfined
            if let virsh {
                let text = "[role r]\ncommands = connect provision virsh\nvirsh = \(virsh)\n"
                let file = try PolicyFile(
                    parsing: Array(text.utf8), path: "roles.conf", .program)
                policy = Policy(role: file.roles[0], identity: "r")
            }
            let connect = try ConnectToNewGuest(
                words.split(separator: " ").map(String.init), policy)
            let members = try #require(connect).request.object.members
            return members.map { "\($0.name)=\($0.source)" }.joined(separator: " ")
        }
        let provision = #"cmd="provision" filter="vm.*" from="a" wait_port=22"#
        for virsh in [nil, "read power"] {
            #expect(
                try request("connect filter=vm.* from=a", virsh: virsh) == "\(provision) stop=true")
        }
        #expect(try request("connect filter=vm.* from=a", virsh: "read") == provision)
        // What the words themselves ask for is refused.
        #expect(
            try request("connect filter=vm.* from=a stop=yes", virsh: "read")
                == #"cmd="provision" filter="vm.*" from="a" stop=true wait_port=22"#)
        #expect(
            try request("connect template=base", virsh: nil)
                == #"cmd="provision" template="base" wait_port=22"#)
        // That guest ends with the login.
        #expect(throws: UsageError.self) {
            try request("connect template=base lease=60", virsh: nil)
        }
        #expect(try request("connect filter=vm.* from=a lease=60", virsh: nil).contains("lease=60"))
    }

    @Test func namesStayStrings() throws {
        #expect(try members("release", "007") == #"cmd="release" domain="007""#)
        #expect(
            try members("console", "vm1", "until=a=b")
                == #"cmd="console" domain="vm1" until="a=b""#)
        #expect(try members("release", "A=b") == #"cmd="release" domain="A=b""#)
    }

    @Test func wordsOfVirshArePassedOn() throws {
        #expect(
            try members("virsh", "list", "--all", "--json")
                == #"cmd="virsh" args=["list", "--all", "--json"]"#)
        #expect(
            try members("virt-install", "--help") == #"cmd="virt-install" args=["--help"]"#)
        #expect(
            mistake("virsh") == "virsh needs arguments; 'virsh help' lists its commands")
    }

    @Test func jsonOptionMayStandBeforeOrAfter() throws {
        #expect(try RequestFromWords(["--json", "ping"], .unconfined).isJSON)
        #expect(try RequestFromWords(["ping", "--json"], .unconfined).isJSON)
        #expect(try RequestFromWords(["--json", "virsh", "list"], .unconfined).isJSON)
        #expect(try !RequestFromWords(["virsh", "list", "--json"], .unconfined).isJSON)
        #expect(try !RequestFromWords(["ping"], .unconfined).isJSON)
    }

    /// `reserve --help` must not reserve a domain.
    @Test func helpIsShownInsteadOfCommand() throws {
        #expect(try members("reserve", "--help") == #"cmd="help" command="reserve""#)
        #expect(try members("release", "vm1", "-h") == #"cmd="help" command="release""#)
        #expect(try members("--help") == #"cmd="help""#)
        #expect(try members("help", "--help") == #"cmd="help""#)
        #expect(try members("--version") == #"cmd="version""#)
    }

    @Test func mistakesAreExplained() {
        #expect(mistake() == "a command is missing; 'help' lists all")
        #expect(mistake("--json") == "a command is missing; 'help' lists all")
        #expect(
            mistake("resrve")
                == "there is no command 'resrve'; did you mean 'reserve'? 'help' lists all")
        #expect(
            mistake("domstate", "vm1")
                == "there is no command 'domstate'; did you mean 'virsh domstate'? 'help' lists all"
        )
        #expect(
            mistake("ls; rm x")
                == "'ls; rm x' is not one command: no shell runs it, so ';' is not supported "
                + "outside quotes, and must be quoted for both sides of ssh")
        #expect(
            mistake("qqq").hasPrefix("there is no command 'qqq'; 'help' lists all; without words"))
        #expect(mistake("help", "resrve").hasPrefix("there is no command 'resrve'"))
        #expect(
            mistake("release", "vm1", "vm2")
                == "unexpected argument 'vm2'; 'help release' explains it")
        #expect(
            mistake("release", "domain=a", "domain=b") == "'domain' is given twice")
        #expect(
            mistake("release", "--force")
                == "release has no option '--force': arguments are given as NAME=VALUE; "
                + "'help release' explains it")
        #expect(
            mistake("wait-port", "vm1", "22", "timout=5")
                == "wait-port has no 'timout'; did you mean 'timeout'? 'help wait-port' explains it"
        )
        #expect(
            mistake("wait-port", "vm1")
                == "missing argument for cmd 'wait-port': port; 'help wait-port' explains it")
        #expect(
            mistake("copy-volume", "p", "f", "to=a", "to_domain=b")
                == "only one of 'to' or 'to_domain' allowed for 'copy-volume'; "
                + "'help copy-volume' explains it")
    }
}

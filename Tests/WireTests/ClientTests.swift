import Testing
import Wire

@Suite struct ClientTests {
    @Test(
        arguments: [
            (nil, nil, nil), ("192.0.2.1 50022 192.0.2.9 22", "192.0.2.1 50022", "192.0.2.9"),
            ("2001:db8::1 50022 2001:db8::9 22", "2001:db8::1 50022", "2001:db8::9"),
            ("192.0.2.1", "192.0.2.1", nil), ("", nil, nil),
        ] as [(String?, String?, String?)])
    func addressesComeFromSSH(connection: String?, peer: String?, host: String?) {
        let client = Client(sshConnection: connection, sudoUser: nil)
        #expect(client.peer == peer)
        #expect(client.hostAddress == host)
    }

    @Test func logSuffixHasWhatIsKnown() {
        let local = Client(sshConnection: nil, sudoUser: nil)
        #expect(local.logSuffix == "")
        local.reservationName = "ci"
        #expect(local.logSuffix == " [name ci]")
        let remote = Client(sshConnection: "192.0.2.1 50022 192.0.2.9 22", sudoUser: "tester")
        #expect(remote.logSuffix == " [192.0.2.1 50022, user tester]")
        remote.reservationName = "ci"
        #expect(remote.logSuffix == " [192.0.2.1 50022, user tester, name ci]")
    }

    @Test func nameCannotForgeTheSuffix() {
        let client = Client(sshConnection: "192.0.2.1 50022 192.0.2.9 22", sudoUser: nil)
        client.reservationName = "a] [10.9.9.9 1, user root\\"
        #expect(
            client.logSuffix
                == #" [192.0.2.1 50022, name a\x5d \x5b10.9.9.9 1\x2c user root\x5c]"#)
        client.reservationName = String(repeating: " ", count: 230_000)
        #expect(client.logSuffix.utf8.count < 120)
    }

    /// Other sessions read these texts in files, whose length is limited.
    @Test func longTextsAreCutBetweenCharacters() {
        let long = "x" + String(repeating: "é", count: 1_000_000)
        let client = Client(sshConnection: "\(long) 1 192.0.2.9 22", sudoUser: long)
        client.reservationName = long
        for text in [client.reservationName, client.sudoUser, client.peer, client.user] {
            #expect(text == "x" + String(repeating: "é", count: 127))
        }
        client.reservationName = String(repeating: "x", count: 256)
        #expect(client.reservationName?.utf8.count == 256)
    }
}

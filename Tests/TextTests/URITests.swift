import Testing
import Text

@Suite struct URITests {
    private func described(_ text: String) -> [String?] {
        let uri = URI(text)
        return [uri.driver, uri.transport, uri.host, uri.port, uri.path, uri.query]
    }

    @Test(
        arguments: [
            ("qemu:///system", ["qemu", nil, nil, nil, "/system", ""]),
            ("qemu+tcp://localhost/system", ["qemu", "tcp", "localhost", nil, "/system", ""]),
            (
                "qemu+ssh://user@host:2222/system?keyfile=/k#f",
                ["qemu", "ssh", "host", "2222", "/system", "keyfile=/k"]
            ),
            ("qemu+tls://[2001:db8::1]:16514/", ["qemu", "tls", "2001:db8::1", "16514", "/", ""]),
            ("qemu+unix:///system?socket=/s", ["qemu", "unix", nil, nil, "/system", "socket=/s"]),
            ("test:///default", ["test", nil, nil, nil, "/default", ""]),
            ("https://u:p@h/a/b.iso?x=1&y", ["https", nil, "h", nil, "/a/b.iso", "x=1&y"]),
            ("http://host:/a", ["http", nil, "host", nil, "/a", ""]),
            ("http://host", ["http", nil, "host", nil, "", ""]),
            ("http://[::1]x/a", ["http", nil, "::1", nil, "/a", ""]),
            ("tcp://:4555", ["tcp", nil, nil, "4555", "", ""]),
            ("qemu:/system", ["qemu", nil, nil, nil, "/system", ""]),
            ("/var/disk.img", ["", nil, nil, nil, "/var/disk.img", ""]),
            ("http://a@b@c/", ["http", nil, "c", nil, "/", ""]),
            ("http://h/a#b?c", ["http", nil, "h", nil, "/a", ""]),
            ("http://h?q", ["http", nil, "h", nil, "", "q"]),
            ("", ["", nil, nil, nil, "", ""]),
        ] as [(String, [String?])])
    func partsAreFound(text: String, parts: [String?]) { #expect(described(text) == parts) }

    /// A port with a loopback address may be a tunnel to another machine.
    @Test(arguments: [
        ("qemu:///system", true), ("qemu+unix:///system", true), ("qemu+ssh:///system", true),
        ("qemu+tcp://localhost/system", true), ("qemu+ssh://localhost/system", true),
        ("qemu+tcp://127.0.0.1/system", true), ("qemu+tls://[::1]/system", true),
        ("qemu+tcp://localhost:16509/system", false), ("qemu+ssh://root@other/system", false),
        ("qemu+tcp://192.0.2.1/system", false), ("qemu://other/system", false),
        ("test:///default", true), ("test://other/default", true),
        ("test+tcp://other/default", false), ("", true),
    ])
    func localURIsLeadToThisMachine(text: String, isLocal: Bool) {
        #expect(URI(text).isLocal == isLocal)
    }

    @Test(arguments: [
        ("http://x", true), ("qemu+ssh://x", true), ("HTTP://", true), ("://x", false),
        ("a+://x", false), ("a+b+c://x", false), ("/a", false), ("h2://x", false),
        ("a b://x", false), ("http:/x", false), ("é://x", false),
    ])
    func urlsNeedScheme(text: String, isURL: Bool) { #expect(Text.isURL(text) == isURL) }

    @Test(arguments: [
        ("/a%2fb%2F", "/a/b/"), ("%64ev", "dev"), ("%", "%"), ("%2", "%2"), ("%2g", "%2g"),
        ("%%41", "%A"), ("%C3%A9", "é"), ("", ""),
    ])
    func percentEscapes(_ text: String, _ decoded: String) {
        #expect(percentDecoded(text) == decoded)
    }
}

import System
import Testing

@testable import InstallMedia

@Suite struct TreeInfoTests {
    @Test func parsesLikeConfigParser() throws {
        let info = try TreeInfo(
            parsing: """
                # a comment
                ; another
                [general]
                Family = Fedora Linux
                version: 37
                arch=x86_64
                packagedir =
                [variant-Server]
                id = Server
                  more
                [images-x86_64]
                kernel = images/pxeboot/vmlinuz
                initrd = a=b
                [images-xen]
                kernel = x
                """)
        #expect(info.family == "Fedora Linux" && info.version == "37")
        #expect(info["general", "packagedir"] == "")
        #expect(info["variant-Server", "id"] == "Server\nmore")
        #expect(
            info.kernel(xen: false)
                == KernelPair(kernel: "images/pxeboot/vmlinuz", initrd: "a=b"))
        #expect(info.kernel(xen: true) == nil)
    }

    @Test(arguments: [
        ("[general]\nversion = 1", "No option 'family' in section: 'general'"),
        ("[tree]\nfamily = x", "No section: 'general'"), ("", "No section: 'general'"),
        ("<html>\n", "File contains no section headers.\nfile: '<string>', line: 1\n'<html>\\n'"),
        ("[general]\nfamily", "Source contains parsing errors: '<string>'"),
        ("[general]\nfamily=x\nfamily=y", "option 'family' in section 'general' already exists"),
    ])
    func reportsParseErrors(text: String, message: String) {
        let error = #expect(throws: MediaError.self) { try TreeInfo(parsing: text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}

@Suite struct DetectionTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    static let known = [
        "fedora36", "fedora37", "fedora-unknown", "rhel8.5", "rhel8.6", "centos7.0",
        "centos-stream9", "opensuse15.4", "opensuse13.2", "opensusetumbleweed", "sles12sp3",
        "debian11", "debiantesting", "ubuntu18.04", "mageia8",
    ]

    func catalog(tree: String? = nil, medium: Catalog.Medium? = nil) -> Catalog {
        Catalog(
            knows: { Self.known.contains($0) },
            systems: { prefix in
                Self.known.filter { $0.hasPrefix(prefix) }.map {
                    let codename = ["debian11": "bullseye", "ubuntu18.04": "Bionic Beaver"][$0]
                    return Catalog.System(name: $0, codename: codename, label: $0)
                }
            }, system: { _ in tree }, medium: { _ in medium })
    }

    func detect(
        _ path: String, xen: Bool = false, distribution: String? = nil, catalog: Catalog? = nil,
        as version: InstallVersion = .v41
    ) throws -> Distribution? {
        try Detection(
            Media(Location("\(folder.path)/\(path)")),
            InstallTarget(
                architecture: "x86_64", isXen: xen, distribution: distribution, version: version),
            catalog ?? self.catalog()
        ).run(required: true)
    }

    func tree(_ name: String, family: String, version: String, title: String? = nil) throws {
        try folder.add(
            "\(name)/.treeinfo",
            "[general]\nfamily = \(family)\nversion = \(version)\narch = x86_64\n"
                + (title.map { "name = \($0)\n" } ?? "")
                + "[images-x86_64]\nkernel = k\ninitrd = i\n"
                + "[images-xen]\nkernel = xk\ninitrd = xi\n")
    }

    @Test(
        arguments: [
            ("Fedora", "37", nil, "fedora37"), ("Fedora", "99", nil, "fedora-unknown"),
            ("Fedora", "Rawhide", nil, "fedora-unknown"),
            ("Red Hat Enterprise Linux", "8.9", nil, "rhel8.6"),
            ("Red Hat Enterprise Linux", "9.1", nil, nil),
            ("RHEL Atomic Host", "8.5", nil, "rhel8.5"),
            ("CentOS", "7", nil, "centos7.0"), ("Scientific Linux", "7.4", nil, "centos7.0"),
            ("openSUSE Leap", "15.4", "openSUSE Leap 15.4", "opensuse15.4"),
            ("openSUSE", "20221130", "openSUSE Tumbleweed", "opensusetumbleweed"),
            ("Own Linux", "3", nil, nil),
        ] as [(String, String, String?, String?)])
    func recognizesTreesByFamily(
        family: String, version: String, title: String?, system: String?
    ) throws {
        try tree("t", family: family, version: version, title: title)
        let found = try #require(try detect("t"))
        #expect(found.system == system)
        #expect(found.kernels == [KernelPair(kernel: "k", initrd: "i")])
        #expect(try detect("t", xen: true)?.kernels == [KernelPair(kernel: "xk", initrd: "xi")])
    }

    @Test(
        arguments: [
            ("/etc/passwd", "i"), ("k", "../other/i"), ("k", "a/../../i"), ("./../k", "i"),
        ])
    func kernelOutsideOfTheTreeIsAnError(kernel: String, initrd: String) throws {
        try folder.add(
            "t/.treeinfo",
            "[general]\nfamily = Own\narch = x86_64\n[images-x86_64]\nkernel = \(kernel)\n"
                + "initrd = \(initrd)\n")
        let error = #expect(throws: MediaError.self) { try detect("t") }
        let name = kernel.contains("/") ? kernel : initrd
        #expect(
            error?.message == "the treeinfo of '\(folder.path)/t' names '\(name)', which is not in "
                + "that tree")
    }

    @Test func malformedDescriptionIsAnError() throws {
        try folder.add("t/treeinfo", "[general]\narch = x86_64\n")
        let error = #expect(throws: MediaError.self) { try detect("t") }
        #expect(
            error?.message == "cannot read treeinfo of '\(folder.path)/t': No option 'family' in "
                + "section: 'general'")
    }

    @Test func emptyDescriptionIsIgnored() throws {
        try folder.add("t/.treeinfo", "")
        try folder.add("t/treeinfo", "")
        try folder.add("t/VERSION", "Mageia 8 x86_64 20210220\n")
        #expect(try detect("t")?.system == "mageia8")
        try folder.add(
            "u/.treeinfo",
            "[general]\nfamily = Own\narch = x86_64\n[images-x86_64]\nkernel =\ninitrd = a/../i\n")
        #expect(try detect("u")?.kernels == [])
    }

    @Test func asksCatalogFirst() throws {
        try tree("t", family: "Fedora", version: "37")
        #expect(try detect("t", catalog: catalog(tree: "fedora36"))?.system == "fedora36")
        // Unless the user named the distribution.
        let found = try detect("t", distribution: "fedora", catalog: catalog(tree: "rhel8.6"))
        #expect(found?.system == "fedora37")
    }

    @Test func recognizesSUSE() throws {
        try folder.add(
            "s/content",
            "DISTRO cpe:/o:suse:sles:12:sp3,SUSE Linux Enterprise Server 12 SP3\n"
                + "REPOID obsproduct://build.suse.de/SUSE:SLE-12-SP3:GA/SLES/12.3/DVD/x86_64\n")
        let sles = try #require(try detect("s"))
        #expect(sles.system == "sles12sp3")
        #expect(
            sles.kernels.map(\.kernel) == [
                "boot/x86_64/linux", "boot/loader/linux64", "boot/x86_64/loader/linux",
            ])
        try folder.add(
            "o/content",
            "DISTRO cpe:/o:opensuse:opensuse:13.2,openSUSE\nBASEARCHS i586-x86_64\n")
        #expect(try detect("o")?.system == "opensuse13.2")
        try folder.add("two/content", "LABEL openSUSE 11.4\nVERSION 11.4\nBASEARCHS i586 x86_64\n")
        #expect(try detect("two")?.kernels.last?.kernel == "boot/i386/loader/linux")
        #expect(
            try detect("o", xen: true)?.kernels.first
                == KernelPair(kernel: "boot/x86_64/vmlinuz-xen", initrd: "boot/x86_64/initrd-xen"))
    }

    @Test(arguments: [
        (
            "dists/bullseye/main/installer-amd64", "current/images", "Debian", "debian11",
            "current/images/netboot/debian-installer/amd64/linux"
        ),
        (
            "dists/bionic/main/installer-i386", "current/legacy-images", "ubuntu", "ubuntu18.04",
            "current/legacy-images/netboot/ubuntu-installer/i386/linux"
        ),
        (
            "daily-images/arm64", "daily", "debian", "debiantesting",
            "daily/netboot/debian-installer/arm64/linux"
        ),
    ])
    func recognizesDebianTrees(
        path: String, images: String, word: String, system: String, kernel: String
    ) throws {
        try folder.add("\(path)/\(images)/MANIFEST", "x\nan image of \(word)\n")
        let found = try #require(try detect(path))
        #expect(found.system == system)
        #expect(found.kernels.map(\.kernel) == [kernel])
        #expect(try detect(path, xen: true)?.kernels.first?.kernel.contains("netboot/xen") == true)
    }

    /// Version 5.1 reads the architecture only from the URL, which may have more of them.
    @Test(arguments: [
        ("x86_64/dists/bullseye", InstallVersion.v50, "amd64"),
        ("x86_64/dists/bullseye", .v51, "i386"), ("riscv64", .v50, "i386"),
        ("riscv64", .v51, "riscv64"),
    ])
    func readsTheArchitectureFromTheURL(
        path: String, version: InstallVersion, architecture: String
    ) throws {
        try folder.add("\(path)/current/images/MANIFEST", "Debian\n")
        let found = try #require(try detect(path, as: version))
        #expect(
            found.kernels.map(\.kernel)
                == ["current/images/netboot/debian-installer/\(architecture)/linux"])
    }

    /// Version 5.1 finds the release in the text of the CD.
    @Test(arguments: [
        (InstallVersion.v50, String?.none, "install.amd/vmlinuz"),
        (.v51, "debian11", "install.386/vmlinuz"),
    ])
    func recognizesDebianCDs(version: InstallVersion, system: String?, kernel: String) throws {
        let image = try FileDescriptor.creating("\(folder.path)/i386.iso")
        try ISOImageWriter.write(
            [(".disk/info", Array("Debian GNU/Linux 11.5.0 \"Bullseye\"\n".utf8))],
            volume: "D", to: image, in: folder.path)
        let found = try #require(try detect("i386.iso", as: version))
        #expect(found.system == system)
        #expect(found.kernels.map(\.kernel) == [kernel])
    }

    @Test func recognizesCopyOfDebianCD() throws {
        try folder.add("amd64/.disk/info", "Debian GNU/Linux 11.5.0 \"Bullseye\"\n")
        let found = try #require(try detect("amd64"))
        #expect(
            found.kernels.map(\.initrd) == ["install/netboot/debian-installer/amd64/initrd.gz"])
    }

    @Test func recognizesMageia() throws {
        try folder.add("m/VERSION", "Mageia 8 x86_64 20210220\n")
        let found = try #require(try detect("m"))
        #expect(found.system == "mageia8")
        #expect(found.kernels.map(\.initrd) == ["isolinux/x86_64/all.rdz"])
    }

    @Test func nothingFoundIsAnError() throws {
        try folder.add("e/README", "nothing here")
        let error = #expect(throws: MediaError.self) { try detect("e") }
        #expect(
            error?.message.hasPrefix(
                "Could not find an installable distribution at URL '\(folder.path)/e'\n\n") == true)
        let server = Server([:])
        let url = server.url("/tree")
        let media = Media(.server(url))
        let target = InstallTarget(
            architecture: "x86_64", isXen: false, distribution: nil, version: .v41)
        let absent = #expect(throws: MediaError.self) {
            try Detection(media, target, catalog()).run(required: true)
        }
        let hint = "The URL could not be accessed, maybe you mistyped?"
        #expect(absent?.message.contains("at URL '\(url)': \(hint)\n") == true)
        #expect(absent?.message.contains("the server answers with status 404") == true)
        #expect(try Detection(media, target, catalog()).run(required: false) == nil)
        server.stop()
    }

    @Test func unreachableServerIsAskedOnce() throws {
        // No process listens on this port.
        let media = Media(.server("http://127.0.0.1:1/tree"))
        let target = InstallTarget(
            architecture: "x86_64", isXen: false, distribution: nil, version: .v41)
        let error = #expect(throws: MediaError.self) {
            try Detection(media, target, catalog()).run(required: true)
        }
        #expect(error?.message.contains("maybe you mistyped?") == true)
        #expect(error?.message.contains("127.0.0.1") == true)
    }

    @Test func truncatedDescriptionIsAnError() throws {
        let server = Server(["/t/.treeinfo": .truncated(Array("[gen".utf8), claims: 400)])
        defer { server.stop() }
        let target = InstallTarget(
            architecture: "x86_64", isXen: false, distribution: "fedora", version: .v41)
        let error = #expect(throws: MediaError.self) {
            try Detection(Media(.server(server.url("/t"))), target, catalog()).run(required: true)
        }
        #expect(error?.message.contains("it ends early, after 4 of 400 bytes") == true)
    }
}

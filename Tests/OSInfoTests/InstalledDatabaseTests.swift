import FoundationEssentials
import OSInfo
import Testing

private let isInstalled = FileManager.default.fileExists(atPath: "/usr/share/osinfo/os")

/// Facts about the installed osinfo-db that are true for all recent versions.
@Suite(.enabled(if: isInstalled)) struct InstalledDatabaseTests {
    let database = Database(directories: ["/usr/share/osinfo"])

    @Test func fedora() throws {
        let fedora = try #require(try database.system(named: "fedora36"))
        #expect(fedora.id == "http://fedoraproject.org/fedora/36")
        #expect(fedora.family == "linux")
        #expect(fedora.distro == "fedora")
        #expect(fedora.clockOffset == "utc")
        for capability: OperatingSystem.Capability in [
            .virtioNetwork, .virtioDisk, .virtioSCSI, .virtioSerial, .virtioRNG, .virtioBalloon,
            .virtioInput, .virtio1, .usb3, .q35,
        ] {
            #expect(try fedora.supports(capability), "\(capability)")
        }
        #expect(try fedora.deviceNames(class: "net").contains("virtio-net"))
        #expect(try fedora.installationArgument() == "inst.repo")
        #expect(try fedora.isRelated(to: { $0 == "fedora18" }))
        #expect(try !fedora.isRelated(to: { $0 == "win10" }))
        #expect(fedora.treeURL("x86_64", profile: nil)?.contains("/Everything/x86_64") == true)
        #expect(fedora.treeURL("vax", profile: nil) == nil)
    }

    @Test func windows() throws {
        let windows = try #require(try database.system(named: "win10"))
        #expect(windows.isWindows)
        #expect(windows.clockOffset == "localtime")
        #expect(try !windows.supports(.virtioDisk))
        #expect(try !windows.requiresEFI("x86_64"))
        #expect(windows.drivers.contains { $0.isForInstallation })
    }

    @Test func networkInstallationNeedsMoreMemory() throws {
        let system = try #require(try database.system(named: "rhel8-unknown"))
        #expect(system.id == "http://redhat.com/rhel/8-unknown")
        #expect(try system.recommended(\.processors, "x86_64") == 2)
        #expect(try system.networkInstallMemory("x86_64") == 3 << 30)
        #expect(try system.networkInstallMemory("riscv64") == nil)
    }

    @Test func identifiesImage() throws {
        let found = try #require(
            try database.identify(
                MediumIdentity(volume: "Fedora-S-dvd-x86_64-36", system: "LINUX")))
        #expect(found.system.name == "fedora36")
        #expect(found.medium.kernel == "isolinux/vmlinuz")
        #expect(try database.identify(MediumIdentity(volume: "NOBODY KNOWS")) == nil)
    }

    @Test func identifiesTree() throws {
        let found = try #require(
            try database.identify(
                TreeIdentity(
                    family: "Fedora", variant: "Server", version: "36", architecture: "x86_64")))
        #expect(found.system.name == "fedora36")
    }

    @Test func generatesKickstart() throws {
        let system = try #require(try database.system(named: "fedora36"))
        #expect(system.scripts.contains("http://fedoraproject.org/fedora/kickstart/jeos"))
        let script = try #require(
            try database.installScript(id: "http://fedoraproject.org/fedora/kickstart/jeos"))
        let answers = InstallScript.Answers(
            values: [
                "admin-password": "secret", "hostname": "guest", "target-disk": "/dev/vda",
                "installation-url": "http://x/tree", "l10n-keyboard": "de_DE",
            ], source: "network", injection: "initrd")
        #expect(
            try script.commandLine(for: system, answers)
                == "inst.ks=file:/fedora.ks inst.repo=http://x/tree")
        let text = try script.contents(for: system, answers)
        for line in [
            "rootpw 'secret'", "keyboard 'de'", "url  --url=http://x/tree", "lang en_US",
            "network --onboot yes --bootproto dhcp --hostname=guest",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line) in \(text)")
        }
    }

    @Test func everyScriptIsSupported() throws {
        var tried: Set<String> = []
        for system in try database.allSystems() {
            for id in system.scripts where tried.insert(id).inserted {
                let script = try #require(try database.installScript(id: id))
                let answers = InstallScript.Answers(
                    values: ["admin-password": "x", "user-password": "y"], source: "media",
                    injection: "cdrom")
                #expect(try !script.contents(for: system, answers).isEmpty, "\(id)")
                _ = try script.commandLine(for: system, answers)
            }
        }
        #expect(tried.count > 5)
    }

    @Test func everyNameIsFound() throws {
        let all = try database.allSystems()
        #expect(all.count > 500)
        // Lookup is slow for systems whose files have other names: test only some.
        for index in stride(from: 0, to: all.count, by: 13) {
            #expect(try database.system(named: all[index].name) === all[index])
        }
    }

    @Test func lookupIsFast() throws {
        let clock = ContinuousClock()
        let time = try clock.measure {
            let database = Database(directories: ["/usr/share/osinfo"])
            let system = try #require(try database.system(named: "rhel8-unknown"))
            #expect(try system.supports(.q35))
        }
        // A release build takes a few milliseconds; this is a debug build, maybe on a busy machine.
        #expect(time < .milliseconds(300))
    }
}

import Confinement
import Testing

struct DeviceRulesTests {
    private func denial(
        _ xml: String, as kind: XMLKind = .device,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> String {
        Fixture.denial(sourceLocation: sourceLocation) {
            _ = try Fixture.judge.judge(xml, as: kind)
        }
    }

    private func isAllowed(_ xml: String, as kind: XMLKind = .device) throws -> Bool {
        try !Fixture.judge.judge(xml, as: kind).text.isEmpty
    }

    // MARK: Disks

    @Test func disks() throws {
        #expect(try isAllowed(Fixture.disk()))
        #expect(try isAllowed(Fixture.disk("g.img", pool: "images", extra: "<readonly/>")))
        #expect(denial(Fixture.disk("g.img", pool: "images")).contains("must be readonly"))
        #expect(denial(Fixture.disk(pool: "vault")) == "denied: XML: pool 'vault' is not granted")
        #expect(denial(Fixture.disk("busy.img")).contains("volume 'busy.img' of pool 'default'"))
        #expect(denial(Fixture.disk(format: "vmdk")).contains("must be one of raw, qcow2"))
        #expect(denial(Fixture.disk(extra: "<backingStore/>")).contains("'disk/backingStore'"))
    }

    @Test func formatsAreNeverProbed() {
        let source = "<source pool='default' volume='a'/><target dev='vda'/>"
        for driver in ["", "<driver name='qemu'/>", "<driver type='auto'/>"] {
            #expect(denial("<disk type='volume'>\(driver)\(source)</disk>").contains("type"))
        }
    }

    @Test(arguments: ["file", "block", "dir", "network", "nvme", "vhostuser", "vhostvdpa"])
    func onlyVolumes(_ type: String) {
        #expect(
            denial(
                "<disk type='\(type)'><driver type='raw'/><source file='/etc/shadow'/>"
                    + "<target dev='vda'/></disk>"
            ).contains("'\(type)', but must be volume"))
    }

    @Test func onlyDrivesMayBeEmpty() throws {
        let empty = "<target dev='sda' bus='sata'/></disk>"
        #expect(try isAllowed("<disk type='volume' device='cdrom'>\(empty)"))
        #expect(denial("<disk type='volume'>\(empty)").contains("no element 'source'"))
        #expect(denial("<disk type='volume' device='lun'>\(empty)").contains("'lun'"))
    }

    /// libvirt creates every controller below the highest number, which keeps it busy for hours.
    @Test(arguments: [
        ("<controller type='scsi' index='32'/>", "'index'"),
        ("<controller type='pci' model='pci-bridge' index='60000'/>", "'index'"),
        ("<controller type='virtio-serial' ports='1000'/>", "'ports'"),
        ("<video><model type='qxl' vram='2097152'/></video>", "'vram'"),
        ("<memballoon model='virtio'><stats period='2147483648'/></memballoon>", "'period'"),
    ])
    func numbersHaveLimits(_ xml: String, _ name: String) {
        #expect(denial(xml).contains("\(name) of '"))
        #expect(denial(xml).contains("must be at most"))
    }

    @Test func everyNumberHasALimit() {
        for row in AllowList.rows {
            let numbers =
                row.attributes.filter { $0.kinds.contains(.number) }.map(\.name)
                + (row.texts.contains(.number) ? [""] : [])
            for name in numbers {
                #expect(XMLLimits.maximum(of: name, at: row.path) != nil, "\(row.path) \(name)")
            }
        }
    }

    @Test(arguments: [(512, true), (513, false)])
    func elementsHaveLimits(count: Int, isGranted: Bool) throws {
        let features = (1...count).map { "<feature name='f\($0)'/>" }.joined()
        let xml = Fixture.domain(extra: "<cpu mode='custom'>\(features)</cpu>")
        guard !isGranted else { return #expect(try isAllowed(xml, as: .domain)) }
        #expect(denial(xml, as: .domain).contains("'domain/cpu' has more than 512 elements"))
    }

    @Test func targetsHaveLimits() throws {
        let address = "<address type='drive' controller='200000' bus='0' target='0' unit='0'/>"
        #expect(denial(Fixture.disk(extra: address)).contains("'controller' of '"))
        for name in ["sdzzzz", "vda1", "sd", "nvme0"] {
            let disk = Fixture.disk().replacing("dev='vda'", with: "dev='\(name)'")
            #expect(denial(disk).contains("one or two letters"), "\(name)")
        }
        #expect(try isAllowed(Fixture.disk().replacing("dev='vda'", with: "dev='sdaz'")))
        #expect(
            denial(Fixture.domain(extra: "<iothreads>65</iothreads>"), as: .domain)
                .contains("is 65, but must be at most 64"))
        let video = "<video><model type='vga'/></video>"
        #expect(
            denial(Fixture.domain(devices: video + video), as: .domain)
                .contains("2 elements 'video'"))
    }

    // MARK: Interfaces

    @Test func interfaces() throws {
        let source = "<source network='labnet'/>"
        #expect(try isAllowed(Fixture.interface("network", source)))
        #expect(
            denial(Fixture.interface("network", "<source network='backnet'/>"))
                == "denied: XML: network 'backnet' is not granted")
        #expect(denial(Fixture.interface("network", "")).contains("no element 'source'"))
        #expect(
            denial(Fixture.interface("network", source + "<backend type='passt'/>"))
                .contains("'interface/backend' is allowed only with type 'user'"))
        #expect(denial(Fixture.interface("network", "<source network='user'/>")).contains("'user'"))
        for address in [
            "52:54:00:00:00:01", "02:54:00:00:00:02", "52:54:0:0:0:2", "52:54:00:1:2:3",
        ] {
            #expect(
                denial(
                    Fixture.interface("network", source + "<mac address='\(address)'/>")
                ).hasPrefix("denied: XML: "))
        }
        let twice = Fixture.interface("network", source + "<mac address='52:54:00:00:00:02'/>")
        #expect(denial(Fixture.domain(devices: twice + twice), as: .domain).contains("not free"))
    }

    @Test(arguments: [
        "bridge", "direct", "ethernet", "hostdev", "vdpa", "vhostuser", "server", "client", "mcast",
        "udp", "internal",
    ])
    func onlyNetworks(_ type: String) {
        #expect(denial(Fixture.interface(type, "")).contains("must be one of network, user"))
    }

    @Test func userInterfaceNeedsPasst() throws {
        #expect(try isAllowed(Fixture.interface("user", "<backend type='passt'/>")))
        #expect(denial(Fixture.interface("user", "")).contains("no element 'backend'"))
        #expect(
            denial(Fixture.interface("user", "<backend type='passt' logFile='/x'/>"))
                .contains("attribute 'logFile'"))
        #expect(
            denial(Fixture.interface("user", "<backend type='passt'/><source dev='eth0'/>"))
                .contains("attribute 'dev'"))
        var questions = Fixture.questions
        questions.isNetworkGranted = { $0 == "labnet" }
        let judge = XMLJudge(questions)
        let xml = Fixture.interface("user", "<backend type='passt'/>")
        #expect(
            Fixture.denial { _ = try judge.judge(xml, as: .device) }.contains("is not granted"))
    }

    private func forward(_ contents: String, _ attributes: String = "address='127.0.0.1'") -> String
    {
        Fixture.interface(
            "user",
            "<backend type='passt'/><portForward proto='tcp' \(attributes)>\(contents)</portForward>"
        )
    }

    @Test func portForwards() throws {
        #expect(try isAllowed(forward("<range start='20001' to='22'/>")))
        #expect(try isAllowed(forward("<range start='20000' end='20009'/>")))
        #expect(denial(forward("")).contains("no element 'range'"))
        #expect(
            denial(forward("<range start='20001'/>", "address='0.0.0.0'"))
                .contains("host address '0.0.0.0' is not granted"))
        #expect(denial(forward("<range start='20001'/>", "")).contains("all addresses of the host"))
        #expect(denial(forward("<range start='20001'/>", "dev='lo'")).contains("attribute 'dev'"))
        #expect(
            denial(forward("<range start='20001' exclude='no'/>")).contains("attribute 'exclude'"))
    }

    @Test(arguments: [
        "start='20010'", "start='20005' end='20010'", "start='20005' end='20004'", "start='0'",
        "start='65536'", "start='-1'", "start='+20001'", "end='20001'", "start='20001' to='0'",
        "start='20001' end='20002' to='65535'", "start='20001' to='99999999999999999999'",
    ])
    func rejectsRange(_ range: String) {
        #expect(denial(forward("<range \(range)/>")).hasPrefix("denied: "))
    }

    // MARK: Other documents

    @Test func fragmentsAreDevices() {
        #expect(denial(Fixture.domain()).contains("it must be a device"))
        #expect(denial("<emulator>/usr/bin/qemu-system-x86_64</emulator>").contains("not allowed"))
        #expect(denial("<name>mine-1</name>").contains("not allowed"))
        #expect(denial("<source pool='default' volume='a'/>").contains("not allowed"))
    }

    @Test func volumes() throws {
        let judged = try Fixture.judge.judge(
            "<volume><name>n.img</name><capacity unit='MiB'>1</capacity></volume>", as: .volume)
        #expect(
            judged.text == """
                <volume>
                  <name>n.img</name>
                  <capacity unit='bytes'>1048576</capacity>
                  <target>
                    <format type='raw'/>
                  </target>
                </volume>

                """)
        #expect(judged.facts.capacityBytes == 1 << 20)
        #expect(judged.facts.format == .raw)
        let start = "<volume><name>n.img</name>"
        for (xml, message) in [
            ("<volume/>", "no element 'name'"), ("<volume><name>..</name></volume>", "'..'"),
            ("<volume><name>old.img</name></volume>", "not granted as a new volume"),
            (start + "<capacity unit='G'>2</capacity></volume>", "more than the role allows"),
            (start + "<allocation unit='G'>2</allocation></volume>", "more than the role allows"),
            (start + "<key>/etc/shadow</key></volume>", "element 'volume/key'"),
            (start + "<target><path>/x</path></target></volume>", "'volume/target/path'"),
            (start + "<target><format type='vmdk'/></target></volume>", "raw, qcow2"),
            (start + "<target><permissions/></target></volume>", "'volume/target/permissions'"),
        ] {
            #expect(denial(xml, as: .volume).contains(message))
        }
    }

    @Test func theLargestVolumeIsWrittenAsItWasJudged() throws {
        var questions = XMLQuestions()
        questions.isNewVolumeGranted = { _ in true }
        questions.isCapacityGranted = { _ in true }
        let judge = XMLJudge(questions)
        let judged = try judge.judge(
            "<volume><name>n</name><capacity unit='EiB'>7</capacity></volume>", as: .volume)
        #expect(judged.facts.capacityBytes == 7 << 60)
        #expect(try judge.judge(judged.text, as: .volume).text == judged.text)
    }

    @Test func backingFilesOfNewVolumes() throws {
        func volume(_ format: String, _ path: String, _ backing: String) -> String {
            """
            <volume><name>n</name><capacity>1</capacity><target><format type='\(format)'/></target>\
            <backingStore><path>\(path)</path>\(backing)</backingStore></volume>
            """
        }
        let golden = "/srv/pools/images/golden.img"
        #expect(
            try Fixture.judge.judge(
                volume("qcow2", golden, "<format type='raw'/>"), as: .volume
            ).facts.backingPath == golden)
        for xml in [
            volume("qcow2", golden, ""), volume("raw", golden, "<format type='raw'/>"),
            volume("qcow2", golden, "<format type='qcow2'/>"),
            volume("qcow2", "/srv/pools/vault/crown.img", "<format type='raw'/>"),
            volume("qcow2", "json:{}", "<format type='raw'/>"),
        ] {
            #expect(denial(xml, as: .volume).hasPrefix("denied: XML: "))
        }
    }

    @Test func snapshotsAndCheckpoints() throws {
        let snapshot =
            "<domainsnapshot><name>s</name><memory snapshot='internal'/></domainsnapshot>"
        #expect(try Fixture.judge.judge(snapshot, as: .snapshot).facts.name == "s")
        for part in [
            "<domain/>", "<disks/>", "<memory snapshot='external' file='/x'/>",
            "<memory snapshot='external'/>", "<parent/>",
        ] {
            #expect(
                denial("<domainsnapshot>\(part)</domainsnapshot>", as: .snapshot)
                    .hasPrefix("denied: "))
        }
        #expect(
            try isAllowed(
                "<domaincheckpoint><disks><disk name='vda' checkpoint='bitmap'/></disks>"
                    + "</domaincheckpoint>", as: .checkpoint))
        #expect(
            denial("<domaincheckpoint><domain/></domaincheckpoint>", as: .checkpoint)
                .contains("'domaincheckpoint/domain'"))
    }
}

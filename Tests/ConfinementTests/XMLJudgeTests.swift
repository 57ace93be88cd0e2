import Confinement
import Policy
import Testing

struct XMLJudgeTests {
    private func text(_ xml: String, as kind: XMLKind = .domain) throws -> String {
        try Fixture.judge.judge(xml, as: kind).text
    }

    private func denial(
        _ xml: String, as kind: XMLKind = .domain,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> String {
        Fixture.denial(sourceLocation: sourceLocation) {
            _ = try Fixture.judge.judge(xml, as: kind)
        }
    }

    private func passes(_ xml: String) throws -> Bool {
        do {
            return try !text(xml).isEmpty
        } catch is Denial {
            return false
        }
    }

    // MARK: What is written anew

    @Test func writesAnewWhatWasJudged() throws {
        let xml = """
            <?xml version="1.0" encoding="utf-8"?>
            <!-- mine -->
            <domain type="kvm">
              <name> mine-9 </name>
              <uuid>11111111222233334444ABCDEFABCDEF</uuid>
              <title>a &lt; b &amp;&#x27;</title>
              <metadata><l:libosinfo xmlns:l="http://libosinfo.org/xmlns/libvirt/domain/1.0">
                <l:os id="http://debian.org/debian/12"/></l:libosinfo></metadata>
              <memory unit="MB">33</memory>
              <currentMemory>1000</currentMemory>
              <vcpu current="1">002</vcpu>
              <os><type><![CDATA[hvm]]></type></os><!-- c -->
              <cpu mode="host-model"><model fallback="allow"/></cpu>
            </domain>
            """
        let judged = try Fixture.judge.judge(xml, as: .domain)
        #expect(
            judged.text == """
                <domain type='kvm'>
                  <name>mine-9</name>
                  <uuid>11111111-2222-3333-4444-abcdefabcdef</uuid>
                  <title>a &lt; b &amp;&apos;</title>
                  <metadata>
                    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
                      <libosinfo:os id='http://debian.org/debian/12'/>
                    </libosinfo:libosinfo>
                  </metadata>
                  <memory unit='KiB'>32227</memory>
                  <currentMemory unit='KiB'>1000</currentMemory>
                  <vcpu current='1'>2</vcpu>
                  <os>
                    <type>hvm</type>
                  </os>
                  <cpu mode='host-model'>
                    <model fallback='allow'/>
                  </cpu>
                </domain>

                """)
        #expect(judged.facts.name == "mine-9")
        #expect(judged.facts.memoryBytes == 33_000_000)
        #expect(judged.facts.vcpus == 2)
        // What was written passes unchanged.
        #expect(try text(judged.text) == judged.text)
    }

    @Test func factsNameWhatADomainUses() throws {
        let forward = """
            <backend type='passt'/><mac address='52:54:00:AA:00:02'/>\
            <portForward proto='tcp' address='127.0.0.1'><range start='20001' end='20003' to='22'/>\
            </portForward>
            """
        let facts = try Fixture.judge.judge(
            Fixture.domain(devices: Fixture.disk() + Fixture.interface("user", forward)),
            as: .domain
        ).facts
        #expect(facts.volumes.map(\.volume) == ["spare.img"])
        #expect(facts.volumes.first?.format == .raw)
        #expect(facts.volumes.first?.isReadOnly == false)
        #expect(facts.macs == ["52:54:00:aa:00:02"])
        #expect(facts.hostPorts.map(\.ports) == [20001...20003])
        #expect(facts.hostPorts.first?.transport == .tcp)
    }

    @Test func writesOutDefaultsOfTheHost() throws {
        #expect(
            try text("<graphics type='vnc'><listen type='address'/></graphics>", as: .device)
                == """
                <graphics type='vnc' autoport='yes' listen='127.0.0.1'>
                  <listen type='address' address='127.0.0.1'/>
                </graphics>

                """)
        #expect(
            try text("<rng model='virtio'><backend model='random'/></rng>", as: .device)
                .contains("<backend model='random'>/dev/urandom</backend>"))
        #expect(
            try text(
                "<disk type='volume' device='cdrom'><target dev='sda' bus='sata'/></disk>",
                as: .device
            ).contains("<readonly/>"))
    }

    // MARK: The document

    @Test(arguments: [
        ("", "Document is empty"), ("root:TOKEN", "line 1: "), ("<domain>", "line 1: "),
        ("<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/shadow'>]><domain>&e;</domain>", "type decl"),
        ("<!DOCTYPE domain SYSTEM 'http://127.0.0.1/d'><domain/>", "document type declaration"),
        ("<?xml-stylesheet href='x'?><domain/>", "processing instruction"),
        ("<domain><?php x?></domain>", "processing instruction"),
        ("<domain>&e;</domain>", "line 1"),
        ("<?xml version='1.0' encoding='UTF-7'?><domain/>", "encoding 'UTF-7' is not UTF-8"),
        ("<?xml version='1.0' encoding = \"iso-8859-1\"?><domain/>", "is not UTF-8"),
        ("<domain xmlns='urn:x' type='kvm'/>", "namespace that is not allowed"),
        ("<q:domain xmlns:q='urn:x'/>", "element 'q:domain' is in a namespace"),
        ("<domain xmlns:q='urn:x' type='kvm'/>", "namespace 'urn:x' in 'domain' is not allowed"),
        ("<domain xml:base='/srv' type='kvm'/>", "attribute 'xml:base' of 'domain'"),
        (
            "<domain type='kvm'><metadata><libosinfo:libosinfo/></metadata></domain>",
            "is in a namespace that is not allowed"
        ),
        ("<q:disk/>", "element 'q:disk' is not allowed here"),
        ("<network/>", "element 'network' is not allowed here; it must be the element domain"),
    ])
    func rejectsDocument(_ xml: String, _ message: String) {
        let denial = denial(xml)
        #expect(denial.hasPrefix("denied: XML: "))
        #expect(denial.contains(message), "\(denial)")
    }

    @Test func rejectsBytes() {
        let judge = Fixture.judge
        let wide = Array(Fixture.domain().utf8.flatMap { [$0, UInt8(0)] })
        for bytes in [[0xFF, 0xFE, 0x3C, 0], wide, [0x3C, 0x61, 0xC0, 0xAF, 0x2F, 0x3E]] {
            #expect(
                Fixture.denial { _ = try judge.judge(bytes, as: .domain) }
                    == "denied: XML: the text is not UTF-8")
        }
        let long = Array("<domain>\(String(repeating: " ", count: 1 << 20))</domain>".utf8)
        #expect(Fixture.denial { _ = try judge.judge(long, as: .domain) }.contains("1048576 bytes"))
        let deep =
            String(repeating: "<domain>", count: 65) + String(repeating: "</domain>", count: 65)
        #expect(denial(deep).contains("more than 64 levels"))
    }

    // MARK: Elements and attributes

    @Test(arguments: [
        ("<hostdev mode='subsystem'/>", "element 'domain/devices/hostdev' is not allowed; allowed"),
        ("<emulator>/srv/evil</emulator>", "element 'domain/devices/emulator' is not allowed"),
        ("<serial type='file'/>", "'type' of 'domain/devices/serial' is 'file', but must be pty"),
        ("<serial type='pty'><log file='/x'/></serial>", "element 'domain/devices/serial/log'"),
        ("<serial/>", "element 'domain/devices/serial' has no attribute 'type'"),
        ("<graphics type='vnc' listen='0.0.0.0'/>", "'0.0.0.0', but must be 127.0.0.1"),
        ("<graphics type='spice'/>", "'spice', but must be vnc"),
        ("<rng model='virtio'/>", "element 'domain/devices/rng' has no element 'backend'"),
        ("<rng model='virtio'><backend model='random'>/dev/vda</backend></rng>", "must be /dev/ur"),
        ("<panic model='isa'/>text", "element 'domain/devices' may not contain text"),
        ("<video><model type='vga'/><model type='vga'/></video>", "may occur only once"),
        ("<channel type='unix'><source mode='bind' path='/x'/></channel>", "attribute 'path'"),
        ("<tpm><backend type='passthrough'/></tpm>", "'passthrough', but must be emulator"),
        ("<input type='mouse' bus='usb\u{1B}[2J'/>", ""),
    ])
    func rejectsDevice(_ xml: String, _ message: String) {
        let denial = denial(Fixture.domain(devices: xml))
        #expect(denial.contains(message), "\(denial)")
        #expect(!denial.contains("\u{1B}"))
    }

    @Test(arguments: [
        "<seclabel type='none'/>", "<qemu:commandline xmlns:qemu='u'/>", "<sysinfo type='fwcfg'/>",
        "<memoryBacking/>", "<cputune/>", "<devices/>", "<metadata><x/></metadata>",
        "<description><xi:include xmlns:xi='http://www.w3.org/2001/XInclude'/></description>",
        "<name>mine-8</name>", "<vcpu>2</vcpu>", "<iothreads>-1</iothreads>",
        "<title>a\tb</title>", "<title>\(String(repeating: "x", count: 1025))</title>",
        "<uuid>22222222-2222-3333-4444-555555555555</uuid>", "<uuid>1</uuid>",
        "<currentMemory>262145</currentMemory>", "<currentMemory unit='X'>1</currentMemory>",
    ])
    func rejectsPartOfDomain(_ xml: String) {
        #expect(denial(Fixture.domain(extra: xml)).hasPrefix("denied: XML: "))
    }

    @Test func namesAreGranted() {
        #expect(denial(Fixture.domain(name: "other-1")).contains("name 'other-1' is not granted"))
        for name in ["..", "mine-/x", "", "mine-\(String(repeating: "x", count: 60))", "mine-é"] {
            #expect(denial(Fixture.domain(name: name)).contains("must have 1 to 64 characters"))
        }
    }

    @Test func longTextsAreShortened() {
        let name = String(repeating: "x", count: 5000)
        #expect(denial("<domain type='kvm'><\(name)/></domain>").utf8.count < 1000)
    }

    @Test(arguments: [
        ("", 262144, true), ("", 262145, false), (" unit='KiB'", 262144, true),
        (" unit='b'", 268_435_456, true), (" unit='bytes'", 268_435_457, false),
        (" unit='KB'", 268435, true), (" unit='KB'", 268436, false), (" unit='m'", 256, true),
        (" unit='MiB'", 257, false), (" unit='GiB'", 1, false), (" unit='E'", 16, false),
        (" unit='EiB'", 999_999_999_999_999_999, false), (" unit='Kx'", 1, false),
        (" unit='KiBi'", 1, false),
    ])
    func memoryIsLimited(_ unit: String, _ number: Int, _ isAllowed: Bool) throws {
        let xml = Fixture.domain().replacing(
            "<memory unit='MiB'>32</memory>", with: "<memory\(unit)>\(number)</memory>")
        #expect(try passes(xml) == isAllowed)
    }

    @Test(arguments: [("1", true), ("2", true), ("3", false), ("0", false)])
    func vcpusAreLimited(_ number: String, _ isAllowed: Bool) throws {
        let xml = Fixture.domain().replacing("<vcpu>1<", with: "<vcpu>\(number)<")
        #expect(try passes(xml) == isAllowed)
        #expect(
            denial(Fixture.domain().replacing("<vcpu>1<", with: "<vcpu current='2'>1<"))
                .contains("must be from 1 to 1"))
    }

    @Test func nothingIsGrantedByDefault() {
        let judge = XMLJudge(XMLQuestions())
        #expect(
            Fixture.denial { _ = try judge.judge(Fixture.domain(), as: .domain) }
                .contains("not granted"))
    }

    @Test func answersMayDenyThemselves() {
        var questions = Fixture.questions
        questions.isVolumeGranted = { _ in throw Denial("volume 'x' is an encrypted qcow2 image") }
        let judge = XMLJudge(questions)
        #expect(
            Fixture.denial { _ = try judge.judge(Fixture.disk(), as: .device) }
                == "denied: volume 'x' is an encrypted qcow2 image")
    }
}

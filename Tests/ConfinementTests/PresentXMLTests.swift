import Confinement
import Testing

struct PresentXMLTests {
    private func check(_ xml: String, as kind: XMLKind = .domain) throws {
        try Fixture.judge.judgePresent(xml, as: kind)
    }

    private func denial(
        _ xml: String, as kind: XMLKind = .domain,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> String {
        Fixture.denial(sourceLocation: sourceLocation) { try check(xml, as: kind) }
    }

    /// `virsh dumpxml` of running and shut-off domains that a role may define.
    @Test(arguments: [
        "running.xml", "running-full.xml", "shut-off.xml", "shut-off-full.xml", "efi.xml",
    ])
    func whatLibvirtAddsIsAllowed(_ name: String) throws {
        let xml = Fixture.text(name)
        #expect(xml.contains("<domain "))
        #expect(throws: Never.self) { try check(xml) }
    }

    @Test(arguments: [
        "<seclabel type='none' model='dac'/>", "<seclabel type='static' model='dac'/>",
        "<seclabel type='dynamic' model='dac' relabel='no'/>",
        "<seclabel type='dynamic'><baselabel>x</baselabel></seclabel>", "<cputune/>",
        "<memtune><hard_limit>1</hard_limit></memtune>", "<blkiotune/>", "<numatune/>",
        "<resource><partition>/customers</partition></resource>", "<sysinfo type='smbios'/>",
        "<metadata><x:x xmlns:x='urn:x'/></metadata>", "<launchSecurity type='sev'/>",
        "<genid>x</genid>", "<idmap/>", "<memoryBacking/>",
        "<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'/>",
    ])
    func settingsOfAnAdministrator(_ xml: String) {
        let denial = denial(Fixture.domain(extra: xml))
        #expect(denial.hasPrefix("denied: the present domain has what this role may not change: "))
    }

    @Test(arguments: [
        "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>",
        "<nvram>/var/lib/libvirt/qemu/nvram/x_VARS.fd</nvram>",
        "<kernel>/boot/vmlinuz</kernel>", "<initrd>/boot/initrd</initrd>", "<cmdline>x</cmdline>",
    ])
    func firmwareOfAnAdministrator(_ xml: String) {
        #expect(denial(Fixture.domain(os: xml)).contains("is not allowed"))
    }

    private static let devicesOfAnAdministrator: [String] = [
        Fixture.disk(extra: "<iotune><total_iops_sec>1</total_iops_sec></iotune>"),
        Fixture.disk(pool: "vault"),
        "<disk type='file'><driver type='raw'/><source file='/a'/><target dev='vda'/></disk>",
        "<disk type='block'><source dev='/dev/vda'/><target dev='vda'/></disk>",
        Fixture.interface("network", "<source network='labnet'/><filterref filter='clean'/>"),
        Fixture.interface("network", "<source network='labnet'/><bandwidth/>"),
        Fixture.interface("network", "<source network='backnet'/>"),
        Fixture.interface("bridge", "<source bridge='br0'/>"),
        Fixture.interface("direct", "<source dev='eth0' mode='bridge'/>"),
        Fixture.interface("user", ""),
        "<emulator>/srv/wrapper</emulator>", "<hostdev mode='subsystem' type='pci'/>",
        "<serial type='pty'><source path='/dev/ttyS0'/></serial>",
        "<serial type='pty'><source path='/dev/pts/../vda'/></serial>",
        "<channel type='unix'><source mode='bind' path='/srv/s'/>"
            + "<target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
        "<graphics type='vnc' port='5900' autoport='no' listen='127.0.0.1'/>",
        "<graphics type='vnc' port='5900' autoport='yes' listen='0.0.0.0'/>",
    ]

    @Test(arguments: Self.devicesOfAnAdministrator)
    func deviceOfAnAdministrator(_ xml: String) {
        let denial = denial(xml, as: .device)
        #expect(denial.hasPrefix("denied: the present device has what this role may not change"))
        #expect(self.denial(Fixture.domain(devices: xml)).contains("the present domain has"))
    }

    @Test func interfaceOfANetworkWithABridge() throws {
        try check(
            Fixture.interface(
                "bridge",
                "<source network='labnet' portid='11111111-2222-3333-4444-555555555555' "
                    + "bridge='br0'/><target dev='vnet3'/><alias name='net0'/>"), as: .device)
    }

    private static let devicesOfLibvirt: [String] = [
        "<emulator>/usr/bin/qemu-system-x86_64</emulator>", "<audio id='1' type='none'/>",
        "<serial type='pty'><source path='/dev/pts/1'/></serial>", "<hub type='usb'/>",
        "<disk type='file' device='cdrom'><target dev='sda'/></disk>",
        Fixture.disk(extra: "<backingStore/>"),
    ]

    /// What libvirt adds, a client may not send.
    @Test(arguments: Self.devicesOfLibvirt)
    func clientsMayNotSendIt(_ xml: String) throws {
        try check(Fixture.domain(devices: xml))
        #expect(
            Fixture.denial {
                _ = try Fixture.judge.judge(Fixture.domain(devices: xml), as: .domain)
            }
            .hasPrefix("denied: XML: "))
    }
}

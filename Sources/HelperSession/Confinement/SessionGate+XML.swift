import Confinement
import Libvirt
import Policy
import XML

// What XML may reach libvirt. The client's own is judged and written anew; libvirt's own is only
// compared with what a client could have put there.
extension SessionGate {
    func judged(domain xml: String) throws -> PermittedXML {
        let answers = try XMLAnswers(self, replacing: true)
        let judged = try XMLJudge(answers.questions).judge(xml, as: .domain)
        if let domain = answers.domain {
            try willChange(domain)
            try willRedefine(domain)
        } else {
            try willCreateDomain(named: judged.facts.name ?? "")
        }
        return PermittedXML(judged: judged.text)
    }

    func willCreateOrChange(domain name: String) throws {
        if policy.shows(domain: name), let domain = try hostObjects.domainIfAny(name) {
            try willChange(domain)
        } else {
            try willCreateDomain(named: name)
        }
    }

    func willRedefine(_ domain: Domain) throws {
        try judge().judgePresent(domain.xml(.inactive), as: .domain)
    }

    // MARK: Devices

    func judged(
        device xml: String, to change: DeviceChange, _ domain: Domain
    ) throws -> PermittedXML {
        // Once more: the domain may have been given back while this waited for its turn.
        try willChange(domain)
        let judged = try judge(of: domain).judge(xml, as: .device).text
        if change != .attach {
            try checkPresent(try PresentDevices(domain).matching(Document(parsing: judged).root))
        }
        return PermittedXML(judged: judged)
    }

    func judged(presentDevice xml: String, of domain: Domain) throws -> PermittedXML {
        try willChange(domain)
        try judge().judgePresent(xml, as: .device)
        // The running configuration and the other one may differ, and both may be changed.
        try checkPresent(try PresentDevices(domain).matching(Document(parsing: xml).root))
        return PermittedXML(judged: xml)
    }

    func willDetach(alias: String, from domain: Domain) throws {
        try willChange(domain)
        try checkPresent(try PresentDevices(domain).devices(alias: alias))
    }

    private func checkPresent(_ devices: [Node]) throws {
        for device in devices {
            try judge().judgePresent(device.serialized(format: false), as: .device)
        }
    }

    // MARK: Snapshots

    /// Names all disks, so that none depends on a default: those that the guest may change are
    /// captured inside of their volumes, and the others are not.
    func judged(snapshot xml: String, of domain: Domain) throws -> PermittedXML {
        try willChange(domain)
        try willOpenDisks(of: domain)
        let judged = try judge(of: domain).judge(xml, as: .snapshot)
        let document = try Document(parsing: judged.text)
        let disks = try Document(parsing: domain.xml()).nodes("/domain/devices/disk")
        if !disks.isEmpty {
            let list = document.root.append("disks")
            for disk in disks {
                guard let target = disk.string("./target/@dev") else { continue }
                let isCaptured =
                    !["cdrom", "floppy"].contains(disk["device"])
                    && disk.elements("readonly").isEmpty && !disk.elements("source").isEmpty
                let item = list.append("disk")
                item.set("name", to: target)
                item.set("snapshot", to: isCaptured ? "internal" : "no")
            }
        }
        return PermittedXML(judged: document.root.serialized(format: true))
    }

    func judged(checkpoint xml: String, of domain: Domain) throws -> PermittedXML {
        try willChange(domain)
        return PermittedXML(judged: try judge(of: domain).judge(xml, as: .checkpoint).text)
    }

    func willDelete(_ snapshot: DomainSnapshot, of domain: Domain, withChildren: Bool) throws {
        try willChange(domain)
        try willOpenDisks(of: domain)
        let all = [snapshot] + (withChildren ? try snapshot.children(.descendants) : [])
        for snapshot in all { try requireInternal(Document(parsing: snapshot.xml())) }
    }

    /// Judges the definitions that a snapshot has as if they were defined: a disk may be used by
    /// another domain by now.
    func willRevert(_ domain: Domain, to snapshot: DomainSnapshot) throws {
        try willChange(domain)
        let document = try Document(parsing: snapshot.xml())
        try requireInternal(document)
        try willRedefine(domain)
        let answers = try XMLAnswers(self, of: domain, replacing: true)
        // A domain that was running has two of them.
        for stored in document.root.elements()
        where ["domain", "inactiveDomain"].contains(stored.name) {
            stored.rename(to: "domain")
            let xml = stored.serialized(format: false)
            try XMLJudge(answers.questions).judgePresent(xml, as: .domain)
            try answers.checkStored(xml)
        }
    }

    /// qemu-img opens the images of a domain that does not run.
    private func willOpenDisks(of domain: Domain) throws {
        guard try !domain.isActive() else { return }
        let present = try domain.xml(.inactive)
        try DiskCheck(self, of: domain.uuid()).checkStart(present, present: present)
    }

    private func requireInternal(_ snapshot: Document) throws {
        let isExternal = try !snapshot.nodes(
            "/domainsnapshot[state='disk-snapshot'] | /domainsnapshot/memory[@snapshot='external']"
                + " | /domainsnapshot/disks/disk[@snapshot='external']"
        ).isEmpty
        guard !isExternal else {
            throw Denial("a snapshot that is stored in files of its own is not granted")
        }
    }

    // MARK: Start

    func willStart(_ domain: Domain) throws {
        try willChange(domain)
        let present = try domain.xml(.inactive)
        let disks = try DiskCheck(self, of: domain.uuid())
        try disks.checkStart(present, present: present)
        // It continues with the disks that it had when it was saved.
        if try domain.hasManagedSave() {
            try disks.checkStart(domain.managedSaveXML(secure: false), present: present)
        }
    }

    // MARK: Single values

    func judged(metadata xml: String?, namespace: String) throws -> String? {
        try XMLJudge.judge(metadata: xml, namespace: namespace)
    }

    func willDescribe(_ text: String) throws { try XMLJudge.judge(text: text) }

    func willSet(
        _ action: Domain.LifecycleAction, for event: Domain.LifecycleEvent, of domain: Domain
    ) throws {
        try willChange(domain)
        let element =
            switch event {
            case .powerOff: "on_poweroff"
            case .reboot: "on_reboot"
            case .crash: "on_crash"
            }
        // Others write the guest's memory to the host's files, or rename the domain.
        guard [.destroy, .restart, .preserve].contains(action) else {
            throw Denial("this action is not granted; granted are destroy, restart and preserve")
        }
        let present = try Document(parsing: domain.xml(.inactive)).root.text(element)
        guard [nil, "destroy", "restart", "preserve"].contains(present) else {
            throw Denial("the present '\(element)' is one that this role may not change")
        }
    }

    func willUndefine(_ domain: Domain, removingNVRAM: Bool) throws {
        try willChange(domain)
        guard removingNVRAM else { return }
        let root = try Document(parsing: domain.xml(.inactive)).root
        let path = try root.text("os/nvram/source/@file") ?? root.text("os/nvram")
        guard let path, !path.isEmpty else { return }
        guard path.hasPrefix("/var/lib/libvirt/qemu/nvram/"), !path.contains("/../") else {
            throw Denial("removing a file of variables that libvirt did not create is not granted")
        }
    }

    private func judge(of domain: Domain? = nil) throws -> XMLJudge {
        XMLJudge(try XMLAnswers(self, of: domain).questions)
    }
}

extension Connection {
    /// `nil` if no domain has this name.
    func domainIfAny(_ name: String) throws(LibvirtError) -> Domain? {
        do throws(LibvirtError) { return try domain(name: name) } catch {
            guard error.code == .noDomain else { throw error }
            LibvirtError.forgetReported()
            return nil
        }
    }
}

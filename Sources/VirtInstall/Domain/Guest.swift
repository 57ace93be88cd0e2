import InstallMedia
import Libvirt
import XML

/// The guest that the command line describes. Its only model is its XML document: options and
/// defaults read and write it by path, e.g. `guest.text("os/type/@arch")`.
final class Guest {
    let host: TargetHost
    let output: InstallOutput
    let document: Document
    var root: Node { document.root }
    var version: InstallVersion { host.version }

    /// The kinds of devices that the guest does not get by default, e.g. `sound` for `--sound
    /// none`.
    var withoutDefault: Set<String> = []
    /// `--boot uefi=`; `nil` if it is not given.
    var wantsUEFI: Bool?
    /// Whether the guest got a TPM that the command line does not ask for.
    var hasDefaultTPM = false
    /// `--controller num_pcie_root_ports=N`. Some versions of QEMU support no more than 14.
    var rootPorts = 14
    /// The osinfo IDs of devices for which the installation adds drivers.
    var addedDrivers: [String] = []
    /// The storage of disks, by their elements.
    var storage: [Node: DiskStorage] = [:]

    /// `--cpu secure=`: a CPU model gets the mitigations that the host supports.
    var wantsSecureCPU = true
    /// `--cpu` set a mode, even if that means no `<cpu>`. Then there is no default.
    var hasCPUChoice = false

    /// The paths that options have set.
    private var givenPaths: Set<String> = []
    /// The elements that options have added and that are removed if they stay empty.
    private var stubs: [Node] = []
    /// Changes by XPath; they are made at the end.
    private var xpathChanges: [PendingXPathChanges] = []

    init(host: TargetHost, output: InstallOutput) {
        self.host = host
        self.output = output
        document = Document(root: "domain")
    }

    /// An existing guest. Its XML is kept, except for the changes of the run.
    init(host: TargetHost, output: InstallOutput, xml: String) throws {
        self.host = host
        self.output = output
        document = try Document(parsing: xml, keepBlanks: false)
    }

    // MARK: - the document

    /// The text of an element or the value of an attribute; `nil` if it does not exist.
    func text(_ path: String) -> String? { root.value(path) }

    /// A number, decimal or with `0x`; `nil` if there is none.
    func number(_ path: String) -> Int? {
        text(path).flatMap { $0.hasPrefix("0x") ? Int($0.dropFirst(2), radix: 16) : Int($0) }
    }

    func set(_ path: String, _ value: String?) { root.set(path, value) }

    /// Sets a value unless the command line or an earlier default has set one.
    func setIfMissing(_ path: String, _ value: String?) {
        root.setIfMissing(path, value)
    }

    /// The devices of a kind, e.g. `disk`.
    func devices(_ kind: String) -> [Node] { root.elements(at: "devices/\(kind)") }

    /// All devices, in the order of their kinds in the XML.
    var allDevices: [Node] { deviceOrder.flatMap { devices($0) } }

    /// Adds a device after the others of its kind.
    func addDevice(_ kind: String) -> Node { addElement("devices/\(kind)") }

    /// Adds an element at the end, e.g. `devices/disk` or `seclabel`. `complete()` removes it if it
    /// is still empty.
    func addElement(_ path: String) -> Node {
        let parts = path.split(separator: "/")
        let parent = root.make(parts.dropLast().joined(separator: "/"))
        let node = parent.append(String(parts[parts.count - 1]))
        stubs.append(node)
        return node
    }

    /// Removes an element and everything that refers to it.
    func discard(_ node: Node) {
        node.remove()
        stubs.removeAll { $0 == node }
        storage[node] = nil
        xpathChanges.removeAll { $0.node == node }
    }

    /// Whether an option has set the path, even to an empty value: `--features acpi=`.
    func wasGiven(_ path: String) -> Bool { givenPaths.contains(path) }

    func noteGiven(_ path: String) { givenPaths.insert(path) }

    /// Keeps an element even if it stays empty.
    func keep(_ node: Node) { stubs.removeAll { $0 == node } }

    func noteStub(_ node: Node) { stubs.append(node) }

    // MARK: - the kind of guest

    var name: String? {
        get { text("name") }
        set { set("name", newValue) }
    }
    /// The type of domain, e.g. `kvm`.
    var type: String? {
        get { text("@type") }
        set { set("@type", newValue) }
    }
    /// E.g. `hvm`; `nil` until it is set.
    var osType: String? {
        get { text("os/type").flatMap { $0.isEmpty ? nil : $0 } }
        set { set("os/type", newValue) }
    }
    var architecture: String? {
        get { text("os/type/@arch") }
        set { set("os/type/@arch", newValue) }
    }
    var machine: String? {
        get { text("os/type/@machine") }
        set { set("os/type/@machine", newValue) }
    }
    var emulator: String? {
        get { text("devices/emulator") }
        set { set("devices/emulator", newValue) }
    }

    var isHVM: Bool { osType == "hvm" }
    var isContainer: Bool { osType == "exe" }
    var isXenPV: Bool {
        osType == "xen" || osType == "linux" || version >= .v50 && osType == "xenpvh"
    }
    var isX86: Bool { architecture == "x86_64" || architecture == "i686" }
    var isQ35: Bool { isX86 && machine?.contains("q35") ?? false }
    var isARM: Bool { architecture == "armv7l" || architecture == "aarch64" }
    var isARMVirt: Bool { isARM && machine?.hasPrefix("virt") ?? false }
    var isPPC64: Bool { architecture == "ppc64" || architecture == "ppc64le" }
    var isPSeries: Bool { isPPC64 && machine?.hasPrefix("pseries") ?? false }
    var isS390X: Bool { architecture == "s390x" }
    var isRISCV: Bool { architecture == "riscv64" || architecture == "riscv32" }
    var isRISCVVirt: Bool { isRISCV && machine?.hasPrefix("virt") ?? false }
    /// Older versions know nothing of this architecture.
    var isLoongArch: Bool { version >= .v50 && architecture == "loongarch64" }
    var isUEFI: Bool {
        (text("os/loader") != nil && text("os/loader/@type") == "pflash")
            || text("os/@firmware") == "efi"
    }
    /// A container with its own root file system.
    var isFullContainer: Bool {
        isContainer && devices("filesystem").contains { $0.value("target/@dir") == "/" }
    }

    /// The host's support for this kind of guest, as it is set now.
    func support() throws -> GuestSupport {
        try host.support(
            osType: osType, architecture: architecture, type: type, machine: machine)
    }

    /// The hypervisor's capabilities for this kind of guest, as it is set now.
    func domainCapabilities() -> DomainCapabilities {
        var emulator = emulator
        if host.gate.asksKnownEmulatorsOnly {
            do { emulator = try support().emulator } catch { emulator = nil }
        }
        return host.domainCapabilities(
            Emulation(emulator: emulator, architecture: architecture, machine: machine, type: type))
    }

    // MARK: - boot order

    /// The devices of `<boot dev='...'/>`, in order.
    var bootOrder: [String] {
        get { root.elements(at: "os/boot").compactMap { $0["dev"] } }
        set {
            for boot in root.elements(at: "os/boot") { boot.remove() }
            guard !newValue.isEmpty else { return }
            let os = root.make("os")
            for device in newValue { os.append("boot").set("dev", to: device) }
        }
    }

    /// The devices that can have `<boot order='...'/>`.
    private var bootableDevices: [Node] {
        ["disk", "interface", "hostdev", "redirdev"].flatMap { devices($0) }
    }

    /// Sets a device's place in the boot order. A device that has this place moves to the next one,
    /// and so on.
    func setBootOrder(of device: Node, _ value: String?) throws {
        guard let value else {
            throw OptionMistake(
                "int() argument must be a string, a bytes-like object "
                    + "or a real number, not 'NoneType'")
        }
        let wanted = try VirtInstall.number(value)
        // libvirt rejects both kinds of boot order together.
        bootOrder = []
        let others = bootableDevices.filter { $0 != device }.compactMap { node in
            node.value("boot/@order").flatMap { Int($0) }.map { (node: node, order: $0) }
        }.sorted { $0.order < $1.order }
        device.set("boot/@order", String(wanted))
        var next: Int?
        for (node, order) in others {
            if order == next || order == wanted {
                next = order + 1
                node.set("boot/@order", String(order + 1))
            } else if next != nil {
                break
            }
        }
    }

    // MARK: - completion

    /// Stores `xpath0.set=...` of an option or `--xml` for the end, when the elements have their
    /// final places.
    func addXPathChange(
        on node: Node, prefix: String, origin: String, index: Int, _ field: XPathChange.Field,
        _ value: String?
    ) {
        let known = xpathChanges.firstIndex { $0.node == node && $0.prefix == prefix }
        let place = known ?? xpathChanges.count
        if known == nil {
            xpathChanges.append(PendingXPathChanges(node: node, prefix: prefix, origin: origin))
        }
        xpathChanges[place].note(index, field, value)
    }

    /// Makes the document final: removes empty elements, sorts, and makes the changes by XPath.
    /// Must be called once, after all defaults.
    func complete() throws {
        dropStubs()
        sort()
        if escapesTwice { escapeTwice(root) }
        // After the sorting: virt-install's paths refer to the final document. Changes of devices
        // come before those of `--xml`.
        for pending in xpathChanges where pending.node != root || !pending.prefix.isEmpty {
            try pending.perform(in: self)
        }
        for pending in xpathChanges where pending.node == root && pending.prefix.isEmpty {
            try pending.perform(in: self)
        }
    }

    /// Sorts elements as virt-install does.
    func sort() {
        root.sort(guestOrder)
        root.element("devices")?.sort(deviceOrder)
    }

    private func dropStubs() {
        for stub in stubs where stub.parent?.name != "devices" { splitBehindGap(stub) }
        // The innermost elements come first, because they were added last.
        for stub in stubs.reversed() {
            guard let parent = stub.parent else { continue }
            if stub.isBare, !xpathChanges.contains(where: { $0.node == stub }) {
                stub.remove()
                if parent != root, parent.isBare { parent.remove() }
            }
        }
        stubs = []
    }

    /// Keeps a quirk of virt-install: if lower indices are missing, as in
    /// `vcpupin2.vcpu=1,vcpupin2.cpuset=3`, each value makes an element of its own until the gap is
    /// filled.
    private func splitBehindGap(_ stub: Node) {
        guard let siblings = stub.parent?.elements(stub.name),
            let index = siblings.firstIndex(of: stub)
        else { return }
        var missing = siblings[..<index].count { $0.isBare }
        while missing > 0, stub.attributes.count > 1, let first = stub.attributes.first {
            let part = stub.parent?.append(stub.name)
            part?.set(first.name, to: first.value)
            part?.move(before: stub)
            stub.remove("@\(first.name)")
            missing -= 1
        }
    }

    /// Keeps a quirk of virt-install before 5.1: it escapes attributes before libxml2 escapes them
    /// again, so `a&b` becomes `a&amp;amp;b`.
    var escapesTwice: Bool { version < .v51 }

    private func escapeTwice(_ node: Node) {
        for (name, value) in node.attributes {
            let escaped = Writer.escaped(value)
            if escaped != value { node.set(name, to: escaped) }
        }
        for child in node.elements() { escapeTwice(child) }
    }
}

extension Node {
    /// Sets a value unless there is one.
    func setIfMissing(_ path: String, _ value: String?) {
        if self.value(path) == nil { set(path, value) }
    }
}

/// The order of elements in a guest's document. virt-install 4.1.0: guest.py.
private let guestOrder = [
    "name", "uuid", "genid", "title", "description", "metadata", "iothreads", "iothreadids",
    "defaultiothread", "maxMemory", "memory", "currentMemory", "blkiotune", "memtune",
    "memoryBacking", "vcpu", "vcpus", "numatune", "resource", "sysinfo", "bootloader",
    "bootloader_args", "os", "idmap", "features", "cpu", "cputune", "clock", "on_poweroff",
    "on_reboot", "on_crash", "on_lockfailure", "pm", "devices", "launchSecurity", "seclabel",
    "keywrap",
]

/// The order of devices. virt-install 4.1.0: guest.py.
private let deviceOrder = [
    "emulator", "disk", "controller", "filesystem", "interface", "smartcard", "serial",
    "parallel", "console", "channel", "input", "tpm", "graphics", "sound", "audio", "video",
    "hostdev", "redirdev", "watchdog", "memballoon", "rng", "panic", "shmem", "memory", "vsock",
    "iommu", "pstore",
]

import InstallMedia
package import Libvirt
package import Policy
import System
import XML

/// What a client's role permits of a run. All questions about the role are asked here.
///
/// Options are judged by the marks on their rows, after the parser has resolved their names. Names,
/// pools, volumes and URLs are judged where they are used, and each document as the last step
/// before libvirt gets it.
package struct InstallGate {
    let policy: Policy
    private let hooks: Hooks

    /// What the session decides about effects.
    package struct Hooks {
        /// Judges the XML of a domain, and returns the one for libvirt, written anew from what was
        /// judged. Throws a `Denial`, as all of them.
        package var judgeDomain: (_ xml: String) throws -> PermittedXML = {
            PermittedXML(judged: $0)
        }
        /// The same for a new volume of a pool, whose capacity is counted.
        package var judgeVolume: (_ xml: String, _ pool: String) throws -> PermittedXML = {
            xml, _ in
            PermittedXML(judged: xml)
        }
        /// Permits changing or creating a domain: takes the lock of a new name, or checks the
        /// reservation of an existing one.
        package var claim: (_ domain: String) throws -> Void = { _ in }
        /// Permits starting a domain that exists.
        package var willStart: (Domain) throws -> Void = { _ in }
        /// Permits showing what the guest writes to its console. Asked again while it is shown.
        package var willShowConsole: (_ domain: String) throws -> Void = { _ in }
        /// Runs a step that ends a domain which was claimed, or removes it, unless another session
        /// has taken the domain since.
        package var unlessTaken: Step = { (_, body) throws(LibvirtError) in try body() }
        /// Runs a check and what it permits while no other session does so.
        package var exclusively: (_ body: () throws -> Void) throws -> Void = { try $0() }

        package typealias Step =
            @Sendable (_ domain: String, _ body: () throws(LibvirtError) -> Void)
            throws(LibvirtError) -> Void

        /// These permit everything.
        package init() {}
    }

    /// Permits everything.
    package static var unconfined: InstallGate { InstallGate(.unconfined, Hooks()) }

    package init(_ policy: Policy, _ hooks: Hooks) {
        self.policy = policy
        self.hooks = hooks
    }

    /// The role's limits; `nil` if everything is permitted.
    private var role: Role? { policy.limits }

    // MARK: - options

    /// Throws a `Denial` for the first option that the role may not use.
    func checkOptions(_ options: CommandLineValues) throws {
        guard role != nil else { return }
        for option in options.used where option.roles != .allowed {
            throw Denial("option '\(option.strings.last ?? option.name)' is not granted")
        }
        // Before the tree is fetched that they are injected into.
        for name in options.list("initrd-inject") where FileName(name) == nil {
            throw Denial("'\(name)' is not the name of an uploaded file")
        }
    }

    /// Throws a `Denial` for the first sub-option that the role may not use.
    func checkSubOptions(_ options: CommandLineValues, _ version: InstallVersion) throws {
        guard role != nil else { return }
        for option in installOptions(version) + choiceOptions {
            for text in options.list(option.name) where !isOneValue(option, text) {
                guard let key = try option.keyRefusedForRoles(in: text, version) else { continue }
                throw Denial("sub-option '\(key)' of '--\(option.name)' is not granted")
            }
        }
    }

    /// Whether a text is not split into sub-options.
    private func isOneValue(_ option: InstallOption, _ text: String) -> Bool {
        switch option.name {
        case InstallOption.xml.name: !text.hasPrefix("xpath.")
        case InstallOption.osVariant.name: !text.contains("=")
        default: false
        }
    }

    /// The files that options may name.
    func files(_ files: InputFiles) -> InputFiles { role == nil ? files : .uploads }

    // MARK: - the guest

    /// Throws a `Denial` unless the domain may be defined under this name.
    func checkName(_ name: String) throws {
        guard role != nil else { return }
        let isPlain = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "._+-".utf8.contains(byte)
        }
        guard isPlain, (1...64).contains(name.utf8.count), policy.shows(domain: name) else {
            throw Denial("domain '\(name)' is not granted")
        }
    }

    /// Throws a `Denial` if the domain exceeds the role's limits.
    func checkLimits(_ guest: Guest) throws {
        guard let role else { return }
        let limit = Int(clamping: role.maxMemoryBytes / 1024)
        for path in ["memory", "currentMemory", "maxMemory"] {
            // A number that cannot be read is judged with the XML.
            guard let memory = guest.number(path), memory > limit else { continue }
            throw Denial("memory of \(memory / 1024) MiB exceeds the role's limit")
        }
        for path in ["vcpu", "vcpu/@current"] {
            guard let count = guest.number(path), count > role.maxVCPUs else { continue }
            throw Denial("\(count) virtual CPUs exceed the role's limit")
        }
    }

    /// Permits changing or creating a domain.
    func claim(_ name: String) throws {
        try checkName(name)
        try hooks.claim(name)
    }

    /// Permits starting a domain that exists.
    func willStart(_ domain: Domain) throws { try hooks.willStart(domain) }

    func willShowConsole(of domain: String) throws { try hooks.willShowConsole(domain) }

    var unlessTaken: Hooks.Step { hooks.unlessTaken }

    /// Runs a check and what it permits while no other session does so.
    func exclusively<Result>(_ body: () throws -> Result) throws -> Result {
        var result: Result?
        try hooks.exclusively { result = try body() }
        // Only for the compiler: the hook always calls its closure.
        guard let result else { throw Denial("the request was not executed") }
        return result
    }

    /// Judges a document before libvirt gets it, and returns the one for libvirt. `parts` are the
    /// helper's own and not judged.
    func judge(_ xml: String, parts: HelperParts) throws -> PermittedXML {
        guard role != nil else { return .own(xml) }
        let document = try Document(parsing: xml, keepBlanks: false)
        let taken = parts.take(from: document.root)
        let judged = try Document(
            parsing: hooks.judgeDomain(document.root.serialized(format: true) + "\n").text,
            keepBlanks: false)
        taken.add(to: judged.root)
        return PermittedXML(judged: judged.root.serialized(format: true) + "\n")
    }

    /// Judges the document of a new volume, and counts its capacity.
    func judge(volume xml: String, in pool: String) throws -> PermittedXML {
        guard role != nil else { return .own(xml) }
        let volume = try Document(parsing: xml, keepBlanks: false)
        // The helper's own choice for QCOW2; no sub-option sets it.
        let isLazy = volume.root.has("target/features/lazy_refcounts")
        volume.root.remove("target/features")
        let judged = try Document(
            parsing: hooks.judgeVolume(volume.root.serialized(format: true) + "\n", pool).text,
            keepBlanks: false)
        if isLazy { judged.root.make("target/features/lazy_refcounts") }
        return PermittedXML(judged: judged.root.serialized(format: true) + "\n")
    }

    /// Whether domains are found by name only: a role does not grant numbers and UUIDs.
    var findsDomainsByNameOnly: Bool { role != nil }

    /// Whether the hypervisor is asked only for emulators that it reports itself: libvirt runs the
    /// program to answer.
    var asksKnownEmulatorsOnly: Bool { role != nil }

    /// Whether a display without a type may be one of Spice, which XML of a role cannot contain.
    var choosesSpice: Bool { role == nil }

    /// Whether a Windows guest gets enlightenments that XML of a role cannot contain.
    var addsAllEnlightenments: Bool { role == nil }

    // MARK: - storage

    /// Whether storage is limited to volumes of granted pools. Their disks have the type `volume`,
    /// which is judged by the names of pool and volume.
    var usesVolumes: Bool { role != nil }

    /// Throws a `Denial` unless the pool exists for the role. Asked before libvirt is, so that the
    /// answer for a hidden pool is the same as for an absent one.
    func checkPool(_ name: String) throws {
        guard policy.access(toPool: name) == nil else { return }
        throw Denial("pool '\(name)' is not granted")
    }

    func shows(pool name: String) -> Bool { policy.access(toPool: name) != nil }

    /// Throws a `Denial` unless a pool of this type may be used.
    func checkType(_ type: String, ofPool name: String) throws {
        guard role == nil || type == "dir" else {
            throw Denial("pool '\(name)' is not a directory pool")
        }
    }

    /// Throws a `Denial` unless a volume may be created.
    func checkNewVolume(_ name: String, in pool: String) throws {
        guard role != nil else { return }
        guard policy.access(toPool: pool) == .readWrite else {
            throw Denial("creating a volume in pool '\(pool)' is not granted")
        }
        guard policy.allowsWriting(volume: name) else {
            throw Denial("creating volume '\(name)' is not granted")
        }
    }

    /// Throws a `Denial`: a path that is not one of a granted volume, existing or not.
    func refuse(path: String) throws {
        guard role != nil else { return }
        throw Denial("'\(path)' is not a volume of a granted pool")
    }

    /// Whether pools may be created and started.
    var makesPools: Bool { role == nil }

    // MARK: - media

    /// Throws a `Denial` unless the place of `--location` may be used: not a directory or an image.
    func check(location: String, isServer: Bool) throws {
        guard role != nil, !isServer else { return }
        throw Denial("location '\(location)' is not a URL")
    }

    /// The URLs that may be fetched; `nil`: all.
    var urls: URLPermission? {
        role.map { role in URLPermission { role.urls?.matches($0) ?? false } }
    }
}

/// The denial that an error stands for; `nil` for other errors.
func denial(in error: any Error) -> Denial? {
    if let error = error as? MediaError, error.kind == .denied { return Denial(error.message) }
    return error as? Denial
}

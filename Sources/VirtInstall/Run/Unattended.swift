import InstallMedia
import OSInfo
import System

/// The answer files that `--unattended` makes for the installer. virt-install 4.1.0: unattended.py.
struct Unattended {
    /// With the names that the installer expects, e.g. `fedora.ks`.
    private(set) var files: [(name: String, bytes: [UInt8])] = []
    /// The kernel's arguments that point the installer to the files.
    private(set) var commandLine = ""
    /// The URLs of drivers that the installer needs beside the files.
    private(set) var drivers: [String] = []

    /// The guest is installed from `disc`, or from `tree`, where `distribution` was detected. With
    /// a tree the files are injected into the initrd, otherwise they are on a disc of their own.
    init(
        _ choice: UnattendedChoice, for guest: Guest, disc: String?, tree: TreeMedia?,
        _ distribution: Distribution?
    ) throws {
        let hasTree = tree != nil
        let url = tree?.source == .server ? tree?.location : nil
        let folder = tree?.source == .directory ? tree?.location : nil
        let system = try guest.system
        let architecture = guest.architecture ?? ""
        if !hasTree, !system.isWindows {
            guest.output.warn(
                "Attempting unattended method=cdrom injection for a non-windows OS. If this doesn't "
                    + "work, try passing install media to --location")
        }
        let database = guest.host.database
        // The entry of a medium or tree in osinfo-db may have scripts and a URL of its own. A
        // location is an image if detection found a medium there; otherwise only `disc` can be one.
        let image = distribution?.medium == nil ? disc : tree?.location
        let knownMedium = try image.flatMap { ImageDescriptor(ofImage: $0) }.flatMap {
            try database.identify(MediumIdentity($0))
        }
        let knownTree = try distribution?.knownTree.flatMap {
            try database.identify(TreeIdentity($0))
        }
        let medium = knownMedium?.medium
        let described = knownMedium?.system ?? knownTree?.system ?? system
        let injection = hasTree ? "initrd" : "cdrom"
        var lines: [String] = []
        for script in try Self.scripts(for: system, medium, choice.values["profile"], guest) {
            guard script.injectionMethods.contains(injection) else {
                throw InstallFailure(
                    "OS '\(system.name)' does not support required injection method "
                        + "'\(injection)'")
            }
            let answers = InstallScript.Answers(
                values: try Self.answers(choice.values, script, system, guest, url),
                source: medium == nil ? "network" : "media", injection: injection,
                variants: medium?.variants ?? [],
                treeURL: knownTree.flatMap {
                    $0.tree.url ?? url ?? folder.map { "file://\($0)" }
                })
            files.append(
                (script.expectedName, Array(try script.contents(for: described, answers).utf8)))
            lines.append(try script.commandLine(for: described, answers))
        }
        commandLine = lines.filter { !$0.isEmpty }.joined(separator: " ")
        // Only the disc has room for drivers.
        if !hasTree {
            drivers = system.drivers.filter {
                $0.isForInstallation && $0.architecture == architecture
            }.flatMap { driver in driver.files.map { "\(driver.location)/\($0)" } }
        }
    }

    /// The scripts of a profile; some systems have several.
    private static func scripts(
        for system: OperatingSystem, _ medium: InstallMedium?, _ profile: String?, _ guest: Guest
    ) throws -> [InstallScript] {
        if let medium, !medium.supportsScripts {
            throw InstallFailure(
                "OS '\(system.name)' media does not support unattended installation")
        }
        var ids = medium?.scripts ?? []
        if ids.isEmpty { ids = system.scripts }
        let scripts = try ids.compactMap { try guest.host.database.installScript(id: $0) }
        let profiles = Set(scripts.map(\.profile)).sorted()
        guard let first = profiles.first else {
            throw InstallFailure("OS '\(system.name)' does not support unattended installation.")
        }
        if let profile, !profile.isEmpty {
            guard profiles.contains(profile) else {
                throw InstallFailure(
                    "OS '\(system.name)' does not support unattended installation for the "
                        + "'\(profile)' profile. Available profiles: "
                        + profiles.joined(separator: ", "))
            }
            return scripts.filter { $0.profile == profile }
        }
        // virt-install prefers a desktop.
        let usual = profiles.contains("desktop") ? "desktop" : first
        guest.output.warn("Using unattended profile '\(usual)'")
        return scripts.filter { $0.profile == usual }
    }

    /// The values for a script's parameters. Empty ones are left out, except passwords, for which
    /// an empty value means no password.
    private static func answers(
        _ given: [String: String], _ script: InstallScript, _ system: OperatingSystem,
        _ guest: Guest, _ url: String?
    ) throws -> [String: String] {
        var values: [String: String] = [:]
        if let login = given["user-login"]?.lowercased(), !login.isEmpty {
            guard login != "root" else {
                throw InstallFailure("\(system.name) cannot use '\(login)' as user-login.")
            }
            values["user-login"] = login
            values["user-realname"] = given["user-login"]
        } else if let user = ProcessInformation.user(), user.name != "root" {
            values["user-login"] = user.name.lowercased()
            values["user-realname"] = user.comment
        }
        for kind in ["user", "admin"] {
            let password =
                try given["\(kind)-password-file"].map {
                    try firstLine($0, guest.host.files)
                } ?? ""
            guard !password.isEmpty || !script.requires("\(kind)-password") else {
                throw InstallFailure("\(system.name) requires the \(kind)-password to be set.")
            }
            values["\(kind)-password"] = password
        }
        values["target-disk"] =
            system.isWindows ? "C" : try system.supports(.virtioDisk) ? "/dev/vda" : "/dev/sda"
        values["hardware-arch"] = guest.architecture
        // Some installers reject these characters in a host name.
        values["hostname"] = guest.name.map { name in
            String(name.map { "[{|}~[\\]^':; <=>?@!\"#$%`()+/.,*&]".contains($0) ? "-" : $0 })
        }
        values["l10n-timezone"] = timeZone()
        values["l10n-language"] = language()
        values["l10n-keyboard"] = language()
        values["installation-url"] = url
        values["reg-login"] = given["reg-login"]
        values["reg-product-key"] = given["product-key"]
        return values.filter { !$0.value.isEmpty || $0.key.hasSuffix("-password") }
    }

    private static func firstLine(_ path: String, _ files: InputFiles) throws -> String {
        let bytes = try files.contents(of: path, limit: 1 << 20)
        return String(decoding: bytes.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
    }

    /// This host's time zone, e.g. `Europe/Berlin`; `nil` if it is not from the usual database.
    private static func timeZone() -> String? {
        guard let path = realPath("/etc/localtime"),
            let found = path.firstRange(of: "zoneinfo/")
        else { return nil }
        return String(path[found.upperBound...])
    }

    /// The session's language, e.g. `de_DE`; `nil` if none is set.
    private static func language() -> String? {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap {
            ProcessInformation.environment($0)
        }.first
        guard let language = name?.prefix(while: { $0 != "." && $0 != "@" }),
            !["C", "POSIX"].contains(language)
        else { return nil }
        return String(language)
    }

    // MARK: - the disc

    /// Creates an ISO image with the files and drivers, and returns its path.
    func makeImage(in scratch: ScratchFiles, progress: @escaping TransferProgress) throws -> String
    {
        var all = files
        for driver in drivers {
            let name = baseName(of: driver)
            let path = try Media(.server(String(driver.dropLast(name.count)))).fetch(
                name, into: scratch, as: "a driver", progress: progress)
            do throws(SystemError) {
                all.append((name, try contents(of: path, limit: 1 << 30)))
            } catch {
                throw InstallFailure("cannot read '\(path)': \(error.message)")
            }
        }
        let files = all
        return try scratch.make("unattended.iso") { (file) throws(MediaError) in
            try ISOImageWriter.write(
                files, volume: "ISOIMAGE", to: file, in: scratch.directory.path)
        }
    }
}

extension MediumIdentity {
    /// The identity in an image's header. An empty field is an unknown one.
    init(_ image: ImageDescriptor) {
        let text = { (field: String) in field.isEmpty ? nil : field }
        self.init(
            volume: text(image.volume), system: text(image.system),
            publisher: text(image.publisher), application: text(image.application),
            size: image.size)
    }
}

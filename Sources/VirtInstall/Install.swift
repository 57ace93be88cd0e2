package import InstallMedia
package import Libvirt
package import Policy
import XML

/// Creates a guest as virt-install does, and returns virt-install's exit status: 0, 1 (failed) or 2
/// (usage). `words` is the command line without the program's name. `connect` opens a connection to
/// the URI of `--connect`, or to the session's own if that is `nil`. `files` are those that options
/// name. `destroysOnError` destroys the guest if the run fails or the client disconnects. `gate` is
/// what the client's role permits; a denial is printed and thrown.
package func install(
    _ words: [String], as version: InstallVersion = .installed, output: InstallOutput,
    files: InputFiles = .lineProtocol,
    gate: InstallGate = .unconfined, destroysOnError: Bool = false,
    connect: (_ uri: String?) throws -> Connection
) throws(Denial) -> Int32 {
    // virsh's commands print libvirt's last reported error; the errors of a run must not become
    // that.
    let result = LibvirtError.unreported { () -> Result<Int32, Denial> in
        do {
            return .success(
                try runInstall(
                    words, as: version, output: output, gate: gate,
                    destroysOnError: destroysOnError
                ) { uri in
                    try TargetHost(try connect(uri), version, files: files, gate: gate)
                })
        } catch {
            guard let denial = denial(in: error) else { return .success(report(error, output)) }
            output.error(denial.message)
            return .failure(denial)
        }
    }
    return try result.get()
}

/// Whether the words name the guest, in any form that `--name` may have, e.g. `--na X`. Returns
/// false for a malformed command line.
package func namesGuest(_ words: [String], as version: InstallVersion = .installed) -> Bool {
    do {
        let silent = InstallOutput { _, _ in }
        return try CommandLineParser.parse(words, version, output: silent)["name"] != nil
    } catch {
        return false  // `install` reports the error.
    }
}

/// Prints an error and returns the exit status.
func report(_ error: any Error, _ output: InstallOutput) -> Int32 {
    guard let failure = error as? InstallFailure else {
        output.error(message(of: error))
        return 1
    }
    if !failure.message.isEmpty { output.error(failure.message) }
    return failure.status
}

/// The run itself, for any host; errors are thrown. virt-install 4.1.0: `main` in virtinstall.py.
func runInstall(
    _ words: [String], as version: InstallVersion, output: InstallOutput,
    gate: InstallGate = .unconfined, destroysOnError: Bool = false,
    on host: (_ uri: String?) throws -> TargetHost
) throws -> Int32 {
    // 1. Parse the command line. Requests for lists need no connection.
    var options = try CommandLineParser.parse(words, version, output: output)
    if let step = options["print-step"] { options["print-xml"] = step }
    // The printed XML may be parsed by a program, so nothing else is printed.
    output.isQuiet =
        options.has("quiet") || options["print-xml"] != nil || options.has("test-media-detection")
    output.isVerbose = options.has("debug")
    if try listSubOptions(options, version, output) { return 0 }
    if options["os-variant"] == "list" {
        try listOperatingSystems(output)
        return 0
    }
    try gate.checkOptions(options)
    let checks = try rewriteOldOptions(&options, version, output)
    // After the old options have become sub-options of others.
    try gate.checkSubOptions(options, version)
    let host = try host(options["connect"])
    // Before the first document is made, which cannot fail.
    try Document.requireLibrary()
    let library = versionText(try Connection.libraryVersion())
    output.debug("connected to \(host.uri) with libvirt \(library)")
    if let place = options["test-media-detection"] {
        try detectMedia(place, options: options, host: host, output: output)
        return 0
    }

    // 2. Start the description of the guest, as far as the installer needs it: its architecture
    // decides which kernel of a tree is used, for example.
    let install = try InstallChoice(options["install"], version)
    let choice = try OperatingSystemChoice(options["os-variant"] ?? install.os, on: host)
    let guest: Guest
    if let name = options["reinstall"] {
        try gate.checkName(name)
        guest = try existingGuest(name, host: host, output: output)
    } else {
        guest = try startGuest(options, host: host, output: output)
        if let name = guest.name { try gate.checkName(name) }
        try gate.checkLimits(guest)
    }

    // 3. Find the installation media and the operating system on them, before the options for
    // devices: their defaults depend on it.
    let installer = try makeInstaller(options: options, install: install, guest: guest)
    try chooseOperatingSystem(choice, installer: installer, guest: guest)
    try output.debug("the guest's operating system is \(try systemName(guest))")

    // 4. Apply all other options, and then defaults that stand for missing options.
    let isNew = options["reinstall"] == nil
    if isNew {
        try nameGuest(guest)
        // Since 5.0, virt-install also applies the early options again, and `--xml` in its place.
        let isEarly = { (option: InstallOption) in version < .v50 && early.contains(option.name) }
        for option in installOptions(version) where !isEarly(option) {
            for (number, text) in options.list(option.name).enumerated() {
                try option.apply(text, to: guest, number: number)
            }
        }
        try addSystemDefaults(options: &options, guest: guest)
    }
    try gate.checkName(guest.name ?? "")
    try gate.checkLimits(guest)
    try installer.addInstallDefaults(to: guest, options: options)

    // 5. Check the complete guest.
    try warnOfClosedDirectories(on: installer.discPath, guest)
    if isNew { try checkDevices(guest, checks) }
    try checkRequired(options, guest: guest, installer: installer)
    try warn(options, guest: guest)

    // 6. Print it, or install it.
    if options["print-xml"] != nil || options.has("dry-run") {
        try printDocuments(options, guest: guest, installer: installer)
        return 0
    }
    try gate.claim(guest.name ?? "")
    return try runInstaller(
        installer, guest: guest, options: options, destroysOnError: destroysOnError)
}

/// Prints the lists for all `--OPTION=?`. Returns false if there are none.
private func listSubOptions(
    _ options: CommandLineValues, _ version: InstallVersion, _ output: InstallOutput
) throws -> Bool {
    var listed = false
    for option in installOptions(version) + choiceOptions {
        for text in options.list(option.name) where text == "?" || text == "help" {
            option.list(version, output)
            listed = true
        }
    }
    return listed
}

/// Options that are applied before the installation media are known.
private let early = ["boot", "metadata"]

/// A guest with everything that the installer depends on.
private func startGuest(
    _ options: CommandLineValues, host: TargetHost, output: InstallOutput
) throws -> Guest {
    let guest = Guest(host: host, output: output)
    let paths = [
        ("name", "name"), ("uuid", "uuid"), ("description", "description"),
        ("os-type", "os/type"), ("virt-type", "@type"), ("arch", "os/type/@arch"),
        ("machine", "os/type/@machine"),
    ]
    for (option, path) in paths {
        if let value = options[option], !value.isEmpty { guest.set(path, value) }
    }
    for option in installOptions(host.version) where early.contains(option.name) {
        for text in options.list(option.name) { try option.apply(text, to: guest) }
    }
    try addCapabilitiesDefaults(guest)
    return guest
}

/// The guest of `--reinstall`, by name, ID or UUID.
private func existingGuest(_ name: String, host: TargetHost, output: InstallOutput) throws -> Guest
{
    let domain: Domain
    do {
        domain = try host.connection.domain(name: name)
    } catch {
        do {
            guard !host.gate.findsDomainsByNameOnly else { throw error }
            if let id = Int32(name) {
                domain = try host.connection.domain(id: id)
            } else if name.utf8.count == 36 {
                domain = try host.connection.domain(uuid: name)
            } else {
                throw error
            }
        } catch {
            if let denial = denial(in: error) { throw denial }
            throw InstallFailure("Could not find domain '\(name)': \(message(of: error))")
        }
    }
    return try Guest(host: host, output: output, xml: try domain.xml([.secure, .inactive]))
}

/// Prints the XML for `--print-xml`; completes a `--dry-run`.
private func printDocuments(
    _ options: CommandLineValues, guest: Guest, installer: Installer
) throws {
    let (first, second) = try installer.documents(guest, isDryRun: options.has("dry-run"))
    guard let step = options["print-xml"] else {
        return guest.output.say("Dry run completed successfully")
    }
    switch step {
    case "1": guest.output.result(first)
    case "2":
        guard let second else {
            throw InstallFailure("Requested installation does not have XML step 2")
        }
        guest.output.result(second)
    case "all": guest.output.result(first + (second ?? ""))
    default:
        throw InstallFailure("Unknown XML step request '\(step)', must be 1, 2, or all")
    }
}

package import Libvirt
import XML

/// Makes a guest as virt-install does; `words` are its command line without its name. The
/// status is virt-install's: 0, 1 (failed) or 2 (usage). `connect` opens the connection; `nil`
/// is what the session already has.
/// `destroysOnError` ends the guest where the run fails or the client leaves.
package func install(
    _ words: [String], output: InstallOutput, destroysOnError: Bool = false,
    connect: (_ uri: String?) throws -> Connection
) -> Int32 {
    LibvirtError.unreported {
        do {
            return try runInstall(words, output: output, destroysOnError: destroysOnError) { uri in
                try TargetHost(try connect(uri))
            }
        } catch {
            return report(error, output)
        }
    }
}

/// Whether words give the guest a name, in any way that `--name` can be written, e.g. `--na X`; not
/// where they are no command line.
package func namesGuest(_ words: [String]) -> Bool {
    do {
        return try CommandLineParser.parse(words, output: InstallOutput { _ in })["name"] != nil
    } catch { return false }
}

/// Tells why a run ended; the status for it.
func report(_ error: any Error, _ output: InstallOutput) -> Int32 {
    guard let failure = error as? InstallFailure else {
        output.error(message(of: error))
        return 1
    }
    if !failure.message.isEmpty { output.error(failure.message) }
    return failure.status
}

/// The same on a host of any making; errors are the caller's to tell.
func runInstall(
    _ words: [String], output: InstallOutput, destroysOnError: Bool = false,
    on host: (_ uri: String?) throws -> TargetHost
) throws -> Int32 {
    // (a) the command line
    var options = try CommandLineParser.parse(words, output: output)
    if let step = options["print-step"] { options["print-xml"] = step }
    output.isQuiet =
        options.has("quiet") || options["print-xml"] != nil || options.has("test-media-detection")
    output.isVerbose = options.has("debug")
    if try listSubOptions(options, output) { return 0 }
    if options["os-variant"] == "list" {
        try listOperatingSystems(output)
        return 0
    }
    let checks = try rewriteOldOptions(&options, output)
    let host = try host(options["connect"])
    output.debug("connected to \(host.uri) with libvirt \(versionText(Connection.libraryVersion))")
    if let place = options["test-media-detection"] {
        try detectMedia(place, options: options, host: host, output: output)
        return 0
    }

    // (b) the guest, as far as the installer depends on it
    let install = try InstallChoice(options["install"])
    let choice = try OperatingSystemChoice(options["os-variant"] ?? install.os, on: host)
    let guest: Guest
    if let name = options["reinstall"] {
        guest = try existingGuest(name, host: host, output: output)
    } else {
        guest = try startGuest(options, host: host, output: output)
    }

    // (c), (d) what it is installed from, and its operating system
    let installer = try makeInstaller(options: options, install: install, guest: guest)
    try chooseOperatingSystem(choice, installer: installer, guest: guest)
    try output.debug("the guest's operating system is \(try systemName(guest))")

    // (e) all other options
    let isNew = options["reinstall"] == nil
    if isNew {
        try nameGuest(guest)
        for option in installOptions where !["boot", "metadata"].contains(option.name) {
            for text in options.list(option.name) { try option.apply(text, to: guest) }
        }
        for (number, text) in options.list("xml").enumerated() {
            try InstallOption.xml.apply(text, to: guest, number: number)
        }
        // (f) defaults
        try addSystemDefaults(options: &options, guest: guest)
    }
    try installer.addInstallDefaults(to: guest, options: options)

    // (g) checks
    try warnOfClosedDirectories(on: installer.discPath, guest)
    if isNew { try checkDevices(guest, checks) }
    try checkRequired(options, guest: guest, installer: installer)
    try warn(options, guest: guest)

    // (h) print
    if options["print-xml"] != nil || options.has("dry-run") {
        try printDocuments(options, guest: guest, installer: installer)
        return 0
    }
    // (i) run
    return try runInstaller(
        installer, guest: guest, options: options, destroysOnError: destroysOnError)
}

/// `--OPTION=?`.
private func listSubOptions(_ options: CommandLineValues, _ output: InstallOutput) throws -> Bool {
    var listed = false
    for option in installOptions + choiceOptions {
        for text in options.list(option.name) where text == "?" || text == "help" {
            option.list(output)
            listed = true
        }
    }
    return listed
}

/// The guest with what the installer needs to know.
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
    for option in installOptions where ["boot", "metadata"].contains(option.name) {
        for text in options.list(option.name) { try option.apply(text, to: guest) }
    }
    try addCapabilitiesDefaults(guest)
    return guest
}

/// The guest of `--reinstall`, by name, number or UUID.
private func existingGuest(_ name: String, host: TargetHost, output: InstallOutput) throws -> Guest
{
    let domain: Domain
    do {
        domain = try host.connection.domain(name: name)
    } catch {
        do {
            if let id = Int32(name) {
                domain = try host.connection.domain(id: id)
            } else if name.utf8.count == 36 {
                domain = try host.connection.domain(uuid: name)
            } else {
                throw error
            }
        } catch {
            throw InstallFailure("Could not find domain '\(name)': \(message(of: error))")
        }
    }
    return try Guest(host: host, output: output, xml: try domain.xml([.secure, .inactive]))
}

/// `--print-xml`, `--dry-run`.
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

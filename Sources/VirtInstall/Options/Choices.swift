// Options that say what to do and describe no XML.

/// `--check`, `--location`, `--unattended`, `--install`, `--cloud-init`, `--xml`, `--os-variant`.
let choiceOptions = [
    checkOption, locationOption, unattendedOption, installOption, cloudInitOption, xmlOption,
    osVariantOption,
]

private let checkOption = InstallOption(
    "check",
    table: """
        path_in_use - bool
        disk_size - bool
        path_exists - bool
        mac_in_use - bool
        all - bool
        """)

/// Which checks are on. virt-install 4.1.0: `_GlobalState`.
struct Checks {
    private var switches: [String: Bool] = [:]

    /// Reads all of `--check`.
    init(_ texts: [String]) throws {
        for text in texts {
            for (name, value) in try checkOption.values(text) ?? [:] {
                switches[name] = value == "yes"
            }
        }
    }

    func isOn(_ name: String) -> Bool { switches["all"] ?? switches[name] ?? true }
}

private let locationOption = InstallOption(
    "location", first: ["location"],
    table: """
        location - comma
        kernel - comma
        initrd - comma
        """)

/// `--location`.
struct LocationChoice {
    /// A URL, a folder, or an image.
    let location: String?
    let kernel: String?
    let initrd: String?

    init(_ text: String) throws {
        let values = try locationOption.values(text) ?? [:]
        location = values["location"]
        kernel = values["kernel"]
        initrd = values["initrd"]
    }
}

private let unattendedOption = InstallOption(
    "unattended",
    table: """
        profile
        admin-password-file
        user-login
        user-password-file
        product-key
        reg-login
        """)

/// `--unattended`; all `nil` where it stands without a value.
struct UnattendedChoice {
    let values: [String: String]

    /// `nil` where the option is missing or says nothing.
    init?(_ options: InstallOptions) throws {
        guard options.has("unattended") else { return nil }
        if options.isBare("unattended") {
            values = [:]
        } else {
            guard let values = try unattendedOption.values(options["unattended"] ?? "") else {
                return nil
            }
            self.values = values
        }
    }
}

private let installOption = InstallOption(
    "install", first: ["os"],
    table: """
        bootdev - comma
        kernel - comma
        initrd - comma
        kernel_args - comma
        kernel_args_overwrite - bool
        os
        no_install - bool
        """)

/// `--install`.
struct InstallChoice {
    let isGiven: Bool
    let bootDevice: String?
    let kernel: String?
    let initrd: String?
    let kernelArguments: String?
    let overwritesArguments: Bool
    let os: String?
    let hasNoInstallation: Bool

    init(_ text: String?) throws {
        let values = try installOption.values(text ?? "") ?? [:]
        isGiven = text != nil && text != ""
        bootDevice = values["bootdev"]
        kernel = values["kernel"]
        initrd = values["initrd"]
        kernelArguments = values["kernel_args"]
        overwritesArguments = values["kernel_args_overwrite"] == "yes"
        os = values["os"]
        hasNoInstallation = values["no_install"] == "yes"
    }
}

private let cloudInitOption = InstallOption(
    "cloud-init",
    table: """
        root-password-generate - bool
        root-password-file
        disable - bool
        root-ssh-key|ssh-key
        clouduser-ssh-key
        user-data
        meta-data
        network-config
        """)

/// `--cloud-init`.
struct CloudInitChoice {
    let generatesPassword: Bool
    let disables: Bool
    /// The other values by name, e.g. `user-data`.
    let values: [String: String]

    /// `nil` where the option is missing or says nothing.
    init?(_ options: InstallOptions, _ output: Output) throws {
        guard options.has("cloud-init") else { return nil }
        if options.isBare("cloud-init") {
            output.warn("Defaulting to --cloud-init root-password-generate=yes,disable=yes")
            generatesPassword = true
            disables = true
            values = [:]
        } else {
            guard let values = try cloudInitOption.values(options["cloud-init"] ?? "") else {
                return nil
            }
            generatesPassword = values["root-password-generate"] == "yes"
            disables = values["disable"] == "yes"
            self.values = values
        }
    }
}

private let osVariantOption = InstallOption(
    "os-variant",
    table: """
        name
        short-id
        id
        detect - bool
        require - bool
        """)

/// `--os-variant`, also called `--osinfo`.
struct OperatingSystemChoice {
    enum Require { case automatic, on, off }

    /// A short id or name, e.g. `fedora37`; `generic` for none.
    var name: String?
    /// A full id, e.g. `http://fedoraproject.org/fedora/37`.
    var id: String?
    /// Whether the media is asked, and what it says wins.
    var detects = false
    /// Whether it is an error where none is known.
    var require = Require.off

    init(_ text: String?) throws {
        guard let text, text.contains("=") else {
            switch text {
            case nil, "auto", "":
                detects = true
                require = .automatic
            case "none": name = "generic"
            case let text?:
                if text.contains("://") { id = text } else { name = text }
            }
            return
        }
        let values = try osVariantOption.values(text) ?? [:]
        name = values["short-id"] ?? values["name"]
        id = values["id"]
        detects = values["detect"] == "yes"
        require = values["require"] == "yes" ? .on : .off
    }
}

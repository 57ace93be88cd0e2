import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCPUCompare` in virsh-host.c.
    static let cpuCompare = Command(
        "cpu-compare", .host, on: .file, help: "compare the host's CPU with a CPU in a file"
    ) { options in
        let file = options.data("file", "file with the XML of a CPU", names: .file)
        let comparing = options.comparing()

        return { shell, given in
            let path = try given[file]
            let xml = try shell.cpuDescriptions(inFile: path)[0]
            let connection = try shell.connection
            let flags = try comparing.flags(given)
            let failure = "Failed to compare host CPU with \(path)"
            let comparison = try shell.explaining(failure) { () throws(LibvirtError) in
                try connection.compareCPU(xml, flags)
            }
            switch comparison {
            case .incompatible:
                shell.print("CPU described in \(path) is incompatible with host CPU\n")
                throw CommandFailure.silent
            case .identical:
                shell.print("CPU described in \(path) is identical to host CPU\n")
            case .superset:
                shell.print("Host CPU is a superset of CPU described in \(path)\n")
            case nil:  // libvirt could not compare them, or returned a newer result
                throw CommandFailure(failure)
            }
        }
    }
}

extension Options {
    /// The options of commands that compare CPUs.
    mutating func comparing() -> CompareOptions {
        CompareOptions(
            error: flag("error", "report incompatible CPUs as an error"),
            validate: flag("validate", "check the XML against the schema"))
    }
}

struct CompareOptions {
    let error: Key<Bool>
    let validate: Key<Bool>

    func flags(_ given: ParsedOptions) throws(CommandFailure) -> Connection.CompareFlags {
        try given.flags([(error, .failIncompatible), (validate, .validate)])
    }
}

import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCPUBaseline` in virsh-host.c.
    static let cpuBaseline = Command(
        "cpu-baseline", .host, on: .file,
        help: "compute a CPU that is compatible with all CPUs in a file",
        description: "prints XML"
    ) { options in
        let file = options.data("file", "file with the XML of CPUs", names: .file)
        let baseline = options.baseline()

        return { shell, given in
            let xmls = try shell.cpuDescriptions(inFile: given[file])
            shell.print(try shell.connection.baselineCPU(xmls, baseline.flags(given)))
        }
    }
}

extension Options {
    /// The options of commands that compute a baseline CPU.
    mutating func baseline() -> BaselineOptions {
        BaselineOptions(
            features: flag("features", "include features that are part of the model"),
            migratable: flag("migratable", "exclude features that prevent migration"),
            ignoreHost: nil)
    }
}

struct BaselineOptions {
    let features: Key<Bool>
    let migratable: Key<Bool>
    /// Only for a hypervisor.
    var ignoreHost: Key<Bool>?

    func flags(_ given: ParsedOptions) throws(CommandFailure) -> Connection.BaselineFlags {
        try given.flags(
            [(features, .expandFeatures), (migratable, .migratable)]
                + (ignoreHost.map { [($0, .ignoresHost)] } ?? []))
    }
}

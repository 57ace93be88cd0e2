import Libvirt

extension Command {
    /// What is wrong in a file is shown, so it may not be left to those who may only look.
    /// virsh 9.0.0: `cmdCPUBaseline` in virsh-host.c.
    static let cpuBaseline = Command(
        "cpu-baseline", .changes, help: "a processor that can run on all that a file describes",
        description: "prints XML"
    ) { options in
        let file = options.data("file", "file with the XML of processors")
        let baseline = options.baseline()

        return { shell, given in
            let xmls = try shell.cpuDescriptions(inFile: given[file])
            shell.print(try shell.connection.baselineCPU(xmls, baseline.flags(given)))
        }
    }
}

extension Options {
    /// The options of commands that look for a common processor.
    mutating func baseline() -> BaselineOptions {
        BaselineOptions(
            features: flag("features", "name also the features that its model has anyway"),
            migratable: flag("migratable", "without features that keep guests from migration"))
    }
}

struct BaselineOptions {
    let features: Key<Bool>
    let migratable: Key<Bool>

    func flags(_ given: ParsedOptions) throws(CommandFailure) -> Connection.BaselineFlags {
        try given.flags([(features, .expandFeatures), (migratable, .migratable)])
    }
}

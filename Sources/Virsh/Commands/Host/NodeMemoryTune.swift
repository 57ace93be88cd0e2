import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNodeMemoryTune` in virsh-host.c.
    static let nodeMemoryTune = Command(
        "node-memory-tune", .never, help: "print or set how the host merges identical pages (KSM)"
    ) { options in
        let pages = options.number(
            "shm-pages-to-scan", "pages to scan before sleeping", as: .uint32)
        let sleep = options.number(
            "shm-sleep-millisecs", "milliseconds to sleep between scans", as: .uint32)
        let merge = options.number(
            "shm-merge-across-nodes", "merge pages of different NUMA nodes: 0 or 1",
            as: .uint32)

        return { shell, given in
            let named = [
                ("shm_pages_to_scan", try given[pages]),
                ("shm_sleep_millisecs", try given[sleep]),
                ("shm_merge_across_nodes", try given[merge]),
            ]
            let parameters = named.compactMap { name, value in
                value.map { TypedParameter(name, .uint32($0)) }
            }
            guard !parameters.isEmpty else { return try shell.printMemoryParameters() }
            let connection = try shell.connection
            try shell.explaining("Unable to change memory parameters") {
                () throws(LibvirtError) in try connection.setMemoryParameters(parameters)
            }
        }
    }
}

extension Shell {
    fileprivate func printMemoryParameters() throws {
        let connection = try connection
        let count = try explaining("Unable to get number of memory parameters") {
            () throws(LibvirtError) in try connection.memoryParameterCount()
        }
        guard count > 0 else { return }
        let parameters = try explaining("Unable to get memory parameters") {
            () throws(LibvirtError) in try connection.memoryParameters(count: count)
        }
        print("Shared memory:\n")
        for parameter in parameters {
            guard let text = parameter.value.text else { continue }
            print("\t\(parameter.name.padded(15)) \(text)\n")
        }
    }
}

import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolDiscoverSources` in virsh-pool.c.
    static let findStoragePoolSources = Command(
        "find-storage-pool-sources", .never, help: "find sources for pools, as specified in XML"
    ) { options in
        let type = options.data("type", "type of pool to find sources for")
        let specification = options.string("srcSpec", "file with the XML of the sources to query")

        return { shell, given in
            let type = try given[type]
            let specification = try given[specification].map(shell.text(ofFile:))
            try shell.printSources(type, specification)
        }
    }
}

extension Shell {
    /// Prints the sources that the host finds for pools of a type.
    func printSources(_ type: String, _ specification: String?) throws {
        let connection = try connection
        let sources = try explaining("Failed to find any \(type) pool sources") {
            () throws(LibvirtError) in
            try connection.storagePoolSources(type: type, specification: specification)
        }
        print(sources)
    }
}

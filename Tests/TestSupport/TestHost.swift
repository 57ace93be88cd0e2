import Libvirt
import System

/// A host of libvirt's test driver. Each has its own file, because all connections to
/// `test:///default` in one process share their state.
package struct TestHost {
    package let uri: String

    /// A domain that is shut off, or running; `contents` is XML inside of its `<domain>`.
    package struct Domain {
        let name: String
        let contents: String
        let isRunning: Bool

        package init(_ name: String, _ contents: String = "", isRunning: Bool = false) {
            self.name = name
            self.contents = contents
            self.isRunning = isRunning
        }

        fileprivate var xml: String {
            // The driver starts what its file has, unless the file says that it is shut off (5).
            """
            <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>
              <test:runstate>\(isRunning ? 1 : 5)</test:runstate>
              <name>\(name)</name><memory unit='MiB'>8</memory><os><type>hvm</type></os>\(contents)
            </domain>
            """
        }
    }

    /// A pool with the volumes that libvirt knows. The driver never looks at the disk: it knows
    /// these and those that it creates itself.
    package struct Pool {
        let name: String
        let type: String
        let path: String
        let volumes: [String]

        package init(_ name: String, type: String = "dir", path: String, volumes: [String] = []) {
            self.name = name
            self.type = type
            self.path = path
            self.volumes = volumes
        }

        fileprivate var xml: String {
            let known = volumes.map {
                """
                <volume><name>\($0)</name><capacity>4096</capacity>
                  <target><path>\(path)/\($0)</path></target></volume>
                """
            }
            return """
                <pool type='\(type)'><name>\(name)</name>
                  <source><device path='/dev/none'/></source>
                  <target><path>\(path)</path></target>\(known.joined())</pool>
                """
        }
    }

    /// The file is created in `directory`, which is for this host alone. `networks` is their XML.
    package init(
        in directory: String, domains: [Domain] = [], pools: [Pool] = [], networks: [String] = []
    ) throws {
        // Otherwise libvirt prints each error to standard error.
        LibvirtError.silenceLibrary()
        let path = "\(directory)/node.xml"
        let contents = (domains.map(\.xml) + pools.map(\.xml) + networks).joined(separator: "\n")
        try write("<node>\(contents)</node>", to: path)
        uri = "test://\(path)"
    }
}

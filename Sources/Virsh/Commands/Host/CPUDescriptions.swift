import Libvirt
import XML

extension Options {
    /// The options that name a hypervisor, where that of the emulator is `emulator`.
    mutating func emulation() -> EmulationOptions {
        EmulationOptions(
            type: string("virttype", "the guests' kind, e.g. kvm"),
            emulator: string("emulator", "the emulator's path"),
            architecture: string("arch", "the guests' architecture, e.g. x86_64"),
            machine: string("machine", "the guests' machine, e.g. q35"))
    }
}

/// The options that name a hypervisor.
struct EmulationOptions {
    let type: Key<String?>
    let emulator: Key<String?>
    let architecture: Key<String?>
    let machine: Key<String?>

    func read(_ given: ParsedOptions) throws -> Emulation {
        let type = try given[type]
        return Emulation(
            emulator: try given[emulator], architecture: try given[architecture],
            machine: try given[machine], type: type)
    }
}

extension Shell {
    /// Documents `<cpu>` from a file with any number of these, or of domains, or of what a host
    /// or its domains can have; at least one.
    /// virsh 9.0.0: `vshExtractCPUDefXMLs`.
    func cpuDescriptions(inFile path: String) throws -> [String] {
        var text = try text(ofFile: path)[...]
        if text.hasPrefix("<?xml"), let end = text.firstRange(of: "?>") {
            text = text[end.upperBound...]
        }
        let root: Node
        do throws(XMLError) {
            root = try Document(parsing: "<container>\(text)</container>").root
        } catch {
            error.report(in: path)
            throw CommandFailure.silent
        }
        let nodes = try root.nodes(
            "/container/cpu|/container/domain/cpu|/container/capabilities/host/cpu"
                + "|/container/domainCapabilities/cpu/"
                + "mode[@name='host-model' and @supported='yes']")
        guard !nodes.isEmpty else {
            throw CommandFailure(
                "File '\(path)' does not contain any <cpu> element or valid domain XML, "
                    + "host capabilities XML, or domain capabilities XML")
        }
        return nodes.map { node in
            if node.name == "mode" {
                node.rename(to: "cpu")
                node.removeAttributes()
            }
            return node.serialized(format: true)
        }
    }
}

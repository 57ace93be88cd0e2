import Libvirt
import XML

extension Options {
    /// The options that select a hypervisor. Not for domcapabilities, whose `--emulatorbin`
    /// differs.
    mutating func emulation(place: Option.Placement = .tolerated) -> EmulationOptions {
        EmulationOptions(
            type: string("virttype", "virtualization type, e.g. kvm", place: place),
            emulator: string("emulator", "path of the emulator", .refused, place: place),
            architecture: string("arch", "guest architecture, e.g. x86_64", place: place),
            machine: string("machine", "machine type, e.g. q35", place: place))
    }
}

/// The options that select a hypervisor.
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
    /// The `<cpu>` elements in a file with any number of CPUs, domains, host capabilities and
    /// domain capabilities. At least one.
    /// virsh 9.0.0: `vshExtractCPUDefXMLs`.
    /// `warnsAboutHost` warns about host CPUs, since 11.3.
    func cpuDescriptions(
        inFile path: String, warnsAboutHost: Bool = false
    ) throws -> [String] {
        // Wrap the text, since a document has only one root. An XML declaration must come first, so
        // remove it.
        var text = try text(ofFile: path)[...]
        if text.hasPrefix("<?xml"), let end = text.firstRange(of: "?>") {
            text = text[end.upperBound...]
        }
        let root: Node
        do throws(XMLError) {
            root = try Document(parsing: "<container>\(text)</container>").root
        } catch {
            error.report(in: path, version)
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
        return try nodes.map { node in
            // A host's features have no policy.
            if warnsAboutHost, version >= .init(11, 3),
                try !node.nodes("./feature[not(@policy)]").isEmpty
            {
                printWarning(
                    "using host CPU definition as input may provide incorrect results")
            }
            // In domain capabilities the CPU is an element `<mode name='host-model'>`.
            if node.name == "mode" {
                node.rename(to: "cpu")
                node.removeAttributes()
            }
            return node.serialized(format: true)
        }
    }
}

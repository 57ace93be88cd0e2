import Libvirt

/// The options that limit a disk's I/O, e.g. `--read-iops-sec`.
struct IOLimits {
    private struct Limit: Sendable {
        /// libvirt's name, e.g. `total_bytes_sec`.
        let parameter: String
        let key: Key<UInt64?>
        /// Whether the option accepts a unit, e.g. `10M`.
        let isSize: Bool
    }

    private var limits: [Limit] = []

    /// Declares the options; `between` declares those before the lengths of bursts.
    init(_ options: inout Options, between: (inout Options) -> Void = { _ in }) {
        let kinds = ["total", "read", "write"]
        for kind in kinds {
            declare(&options, "\(kind)-bytes-sec", "\(kind) bytes per second", isSize: true)
        }
        for kind in kinds {
            declare(&options, "\(kind)-iops-sec", "\(kind) operations per second", isSize: false)
        }
        for kind in kinds {
            declare(
                &options, "\(kind)-bytes-sec-max", "\(kind) bytes per second in a burst",
                isSize: true)
        }
        for kind in kinds {
            declare(
                &options, "\(kind)-iops-sec-max", "\(kind) operations per second in a burst",
                isSize: false)
        }
        declare(&options, "size-iops-sec", "bytes counted as one operation", isSize: false)
        between(&options)
        for unit in ["bytes", "iops"] {
            for kind in kinds {
                declare(
                    &options, "\(kind)-\(unit)-sec-max-length", "seconds that a burst may last",
                    isSize: false)
            }
        }
    }

    /// Declares an option and its older name with underscores, which is also the name of libvirt's
    /// parameter.
    private mutating func declare(
        _ options: inout Options, _ name: String, _ help: String, isSize: Bool
    ) {
        let parameter = name.replacing("-", with: "_")
        options.alias(parameter, for: name)
        let key = options.number(
            name, help, as: isSize ? .scaled(1) : .uint64, place: options.onceBare)
        limits.append(Limit(parameter: parameter, key: key, isSize: isSize))
    }

    /// libvirt's parameters for the given options.
    func parameters(of given: ParsedOptions) throws -> [TypedParameter] {
        var parameters: [TypedParameter] = []
        // virsh reads the sizes first, so of two malformed options it reports the size.
        for limit in limits.filter(\.isSize) + limits.filter({ !$0.isSize }) {
            do {
                guard let value = try given[limit.key] else { continue }
                parameters.append(TypedParameter(limit.parameter, .uint64(value)))
            } catch let failure as CommandFailure {
                // virsh prints this after the option's own error.
                throw failure.adding("Unable to parse integer parameter")
            }
        }
        return parameters
    }
}

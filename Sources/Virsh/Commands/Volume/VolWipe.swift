import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolWipe` in virsh-volume.c.
    static let volWipe = Command(
        "vol-wipe", .storage, on: .volume, help: "overwrite the data of a volume"
    ) { options in
        let vol = options.volume()
        let pool = options.poolIfGiven()
        let algorithm = options.string("algorithm", "algorithm, e.g. zero, random, trim")

        return { shell, given in
            let name = try given[vol]
            let volume = try shell.volume(name, in: given[pool])
            let algorithm = try wipeAlgorithm(given[algorithm])
            try shell.gate.exclusively {
                try shell.gate.willWrite(shell.name(of: volume))
            } thenSlowly: {
                try shell.explaining("Failed to wipe vol \(name)") { () throws(LibvirtError) in
                    do throws(LibvirtError) {
                        try volume.wipe(algorithm)
                    } catch {
                        guard error.code == .noSupport, algorithm == .zero else { throw error }
                        try volume.wipe()  // an older call, of drivers that lack the other
                    }
                }
            }
            shell.printExtra("Vol \(name) wiped")
        }
    }
}

private func wipeAlgorithm(_ name: String?) throws -> StorageVolume.WipeAlgorithm {
    guard let name else { return .zero }
    guard let algorithm = StorageVolume.WipeAlgorithm(named: name) else {
        throw CommandFailure("Unsupported algorithm '\(name)'")
    }
    return algorithm
}

extension StorageVolume.WipeAlgorithm: VirshNamed {
    /// virsh 9.0.0: `virStorageVolWipeAlgorithm`.
    var name: String {
        switch self {
        case .zero: "zero"
        case .nnsa: "nnsa"
        case .dod: "dod"
        case .bsi: "bsi"
        case .gutmann: "gutmann"
        case .schneier: "schneier"
        case .pfitzner7: "pfitzner7"
        case .pfitzner33: "pfitzner33"
        case .random: "random"
        case .trim: "trim"
        }
    }
}

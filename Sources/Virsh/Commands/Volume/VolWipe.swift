import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdVolWipe` in virsh-volume.c.
    static let volWipe = Command(
        "vol-wipe", .changes, help: "overwrite the data of a volume"
    ) { options in
        let vol = options.volume()
        let pool = options.poolIfGiven()
        let algorithm = options.string("algorithm", "algorithm, e.g. zero, random, trim")

        return { shell, given in
            let name = try given[vol]
            let volume = try shell.volume(name, in: given[pool])
            let number = try wipeAlgorithm(given[algorithm])
            try shell.explaining("Failed to wipe vol \(name)") { () throws(LibvirtError) in
                do throws(LibvirtError) {
                    try volume.wipe(algorithm: number)
                } catch {
                    guard error.code == .noSupport, number == 0 else { throw error }
                    try volume.wipe()  // an older call, of drivers that lack the other
                }
            }
            shell.printExtra("Vol \(name) wiped")
        }
    }
}

/// The `virStorageVolWipeAlgorithm` of a name.
private func wipeAlgorithm(_ name: String?) throws -> UInt32 {
    guard let name else { return 0 }
    let names = [
        "zero", "nnsa", "dod", "bsi", "gutmann", "schneier", "pfitzner7", "pfitzner33", "random",
        "trim",
    ]
    guard let index = names.firstIndex(of: name) else {
        throw CommandFailure("Unsupported algorithm '\(name)'")
    }
    return UInt32(index)
}

import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolEdit` in virsh-pool.c.
    static let poolEdit = Command(
        "pool-edit", .never, on: .pool, help: "edit the XML of a pool"
    ) { options in
        let pool = options.pool()

        return { shell, given in
            let pool = try shell.pool(given[pool])
            try shell.refuseEditing { () throws(LibvirtError) in try definition(of: pool) }
        }
    }
}

private func definition(of pool: StoragePool) throws(LibvirtError) -> String {
    do throws(LibvirtError) {
        return try pool.xml(.inactive)
    } catch {
        // libvirt's test driver does not support the flag.
        guard error.code == .invalidArgument else { throw error }
        LibvirtError.forgetReported()
        return try pool.xml()
    }
}

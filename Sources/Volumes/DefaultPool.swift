package import Libvirt
import Protocol

extension Connection {
    /// The pool for a request that names none: the only one, or else the one called `default`.
    package func defaultPool() throws -> String {
        let names: [String]
        do throws(LibvirtError) {
            var found: [String] = []
            for pool in try storagePools() { found.append(try pool.name()) }
            names = found.sorted()
        } catch { throw RequestError("cannot list the pools", error) }
        if names.contains("default") { return "default" }
        if let only = names.first, names.count == 1 { return only }
        guard !names.isEmpty else {
            throw RequestError(.notFound, "the host has no storage pool")
        }
        throw RequestError(
            .badRequest,
            "'pool' is needed: the host has several pools, and none is called 'default': "
                + names.joined(separator: ", "))
    }
}

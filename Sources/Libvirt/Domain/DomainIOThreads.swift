import CLibvirt
import Glibc

extension Domain {
    /// A thread that serves disks, and the processors of the host that it may run on.
    /// C: `virDomainIOThreadInfo`.
    package struct IOThread: Sendable {
        package let id: UInt32
        package let affinity: CPUMap
    }

    /// The I/O threads, in the order of their numbers. C: `virDomainGetIOThreadInfo`.
    package func ioThreads(_ impact: Impact) throws(LibvirtError) -> [IOThread] {
        var array: UnsafeMutablePointer<virDomainIOThreadInfoPtr?>?
        let count = try check(virDomainGetIOThreadInfo(pointer, &array, impact.rawValue))
        // Each member owns its map, which is copied below before this runs.
        defer {
            for index in 0..<Int(count) { virDomainIOThreadInfoFree(array?[index]) }
            free(array)
        }
        return (0..<Int(count)).compactMap { array?[$0]?.pointee }.map { info in
            IOThread(
                id: info.iothread_id,
                affinity: CPUMap(
                    bytes: (0..<max(0, Int(info.cpumaplen))).compactMap { info.cpumap?[$0] }))
        }
    }

    /// Adds an I/O thread with this number. C: `virDomainAddIOThread`.
    package func addIOThread(_ id: UInt32, _ impact: Impact) throws(LibvirtError) {
        try check(virDomainAddIOThread(pointer, id, impact.rawValue))
    }

    /// Removes the I/O thread with this number. C: `virDomainDelIOThread`.
    package func removeIOThread(_ id: UInt32, _ impact: Impact) throws(LibvirtError) {
        try check(virDomainDelIOThread(pointer, id, impact.rawValue))
    }

    /// Sets how an I/O thread polls, e.g. `poll_max_ns`. C: `virDomainSetIOThreadParams`.
    package func setIOThreadParameters(
        of id: UInt32, _ parameters: [TypedParameter], _ impact: Impact
    ) throws(LibvirtError) {
        try parameters.withC { array, count throws(LibvirtError) in
            try check(virDomainSetIOThreadParams(pointer, id, array, count, impact.rawValue))
        }
    }

    /// Sets the processors of the host that an I/O thread may run on. C: `virDomainPinIOThread`.
    package func pinIOThread(
        _ id: UInt32, to map: CPUMap, _ impact: Impact
    ) throws(LibvirtError) {
        var bytes = map.bytes
        let length = Int32(bytes.count)
        try check(virDomainPinIOThread(pointer, id, &bytes, length, impact.rawValue))
    }
}

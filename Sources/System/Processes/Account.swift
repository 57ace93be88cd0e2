import Glibc

/// A user of the host, from the user and group databases.
package struct Account: Hashable, Sendable {
    package let name: String
    package let id: UInt32
    package let home: String
    /// The login shell, e.g. `/bin/bash`; empty means `/bin/sh`.
    package let shell: String
    /// The names of its groups, the primary group first.
    package let groups: [String]

    package init(name: String, id: UInt32, home: String, shell: String, groups: [String]) {
        self.name = name
        self.id = id
        self.home = home
        self.shell = shell
        self.groups = groups
    }

    /// `nil` if there is no such user. C: `getpwnam_r`, `getgrouplist`.
    package static func named(_ name: String) -> Account? {
        find { getpwnam_r(name, $0, $1, $2, $3) }
    }

    /// `nil` if no user has this ID. C: `getpwuid_r`, `getgrouplist`.
    package static func numbered(_ id: UInt32) -> Account? {
        find { getpwuid_r(id, $0, $1, $2, $3) }
    }

    /// Whether the user is in the group with this ID. C: `getgrgid_r`.
    package func isMember(ofGroup id: UInt32) -> Bool {
        guard let group = Self.group({ getgrgid_r(id, $0, $1, $2, $3) }) else { return false }
        return groups.contains(group.name)
    }

    /// The names of a group's members, including those whose primary group it is; empty if there
    /// is no such group. C: `getgrnam_r`, `getpwent`.
    package static func members(ofGroup name: String) -> [String] {
        guard let group = group({ getgrnam_r(name, $0, $1, $2, $3) }) else { return [] }
        var members = group.members
        setpwent()
        defer { endpwent() }
        // The entry is in a static buffer that the next call overwrites; only the main thread uses
        // it.
        while let entry = getpwent() {
            let user = String(cString: entry.pointee.pw_name)
            if entry.pointee.pw_gid == group.id, !members.contains(user) { members.append(user) }
        }
        return members
    }

    /// The names of the members of the group with this ID; empty if there is no such group.
    /// C: `getgrgid_r`, `getpwent`.
    package static func members(ofGroup id: UInt32) -> [String] {
        group { getgrgid_r(id, $0, $1, $2, $3) }.map { members(ofGroup: $0.name) } ?? []
    }

    typealias Search<Entry> = (
        UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
    ) -> Int32

    private static func find(_ search: Search<passwd>) -> Account? {
        withEntry(of: passwd(), bufferSize: 1 << 16, search) { Account($0) }
    }

    private init(_ found: passwd) {
        var ids = [gid_t](repeating: 0, count: 1024)
        var count = Int32(ids.count)
        // -1: the user has more groups than fit; the first 1024 of them are filled in.
        if getgrouplist(found.pw_name, found.pw_gid, &ids, &count) < 0 { count = 1024 }
        let groups = ids[..<Int(count)].compactMap { id in
            Self.group { getgrgid_r(id, $0, $1, $2, $3) }?.name
        }
        self.init(
            name: String(cString: found.pw_name), id: found.pw_uid,
            home: String(cString: found.pw_dir), shell: String(cString: found.pw_shell),
            groups: groups)
    }

    private static func group(
        _ search: Search<group>
    ) -> (name: String, id: UInt32, members: [String])? {
        // Larger than for a user: the buffer holds the names of all members.
        withEntry(of: Glibc.group(), bufferSize: 1 << 18, search) { found in
            var members: [String] = []
            var next = found.gr_mem
            while let member = next?.pointee {
                members.append(String(cString: member))
                next = next.map { $0 + 1 }
            }
            return (String(cString: found.gr_name), found.gr_gid, members)
        }
    }

    /// Passes the entry that a search finds to `read`, or returns `nil`. The entry's strings are in
    /// a buffer that lives only during this call.
    static func withEntry<Entry, Value>(
        of empty: Entry, bufferSize: Int, _ search: Search<Entry>, _ read: (Entry) -> Value
    ) -> Value? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: bufferSize) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            var entry = empty
            var result: UnsafeMutablePointer<Entry>?
            // An error, like a missing entry, leaves `result` nil: both mean that it is not known.
            _ = search(&entry, start, bufferSize, &result)
            // `result` points to `entry`, which is valid only during the call above, so use the
            // copy.
            return result == nil ? nil : read(entry)
        }
    }
}

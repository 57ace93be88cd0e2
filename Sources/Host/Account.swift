import Glibc

/// A user of the host, as the databases of users and groups tell.
package struct Account: Hashable, Sendable {
    package let name: String
    package let id: UInt32
    package let home: String
    /// What logins run, e.g. `/bin/bash`; empty means `/bin/sh`.
    package let shell: String
    /// The names of all its groups, the primary one first.
    package let groups: [String]

    package init(name: String, id: UInt32, home: String, shell: String, groups: [String]) {
        self.name = name
        self.id = id
        self.home = home
        self.shell = shell
        self.groups = groups
    }

    /// `nil` where there is no such user. C: `getpwnam_r`, `getgrouplist`.
    package static func named(_ name: String) -> Account? {
        look { getpwnam_r(name, $0, $1, $2, $3) }
    }

    /// `nil` where no user has this number. C: `getpwuid_r`, `getgrouplist`.
    package static func numbered(_ id: UInt32) -> Account? {
        look { getpwuid_r(id, $0, $1, $2, $3) }
    }

    /// Whether the group of a number is one of its groups. C: `getgrgid_r`.
    package func isMember(ofGroup id: UInt32) -> Bool {
        guard let group = Self.group({ getgrgid_r(id, $0, $1, $2, $3) }) else { return false }
        return groups.contains(group.name)
    }

    /// The names of those who are in a group, be it as their primary one; empty where there is no
    /// such group. C: `getgrnam_r`, `getpwent`.
    package static func members(ofGroup name: String) -> [String] {
        guard let group = group({ getgrnam_r(name, $0, $1, $2, $3) }) else { return [] }
        var members = group.members
        setpwent()
        defer { endpwent() }
        while let entry = getpwent() {
            let user = String(cString: entry.pointee.pw_name)
            if entry.pointee.pw_gid == group.id, !members.contains(user) { members.append(user) }
        }
        return members
    }

    private typealias Search<Entry> = (
        UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
    ) -> Int32

    private static func look(_ search: Search<passwd>) -> Account? {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        var result: UnsafeMutablePointer<passwd>?
        _ = search(&entry, &buffer, buffer.count, &result)
        guard let found = result?.pointee else { return nil }
        var ids = [gid_t](repeating: 0, count: 1024)
        var count = Int32(ids.count)
        if getgrouplist(found.pw_name, found.pw_gid, &ids, &count) < 0 { count = 1024 }
        let groups = ids[..<Int(count)].compactMap { id in
            group { getgrgid_r(id, $0, $1, $2, $3) }?.name
        }
        return Account(
            name: String(cString: found.pw_name), id: found.pw_uid,
            home: String(cString: found.pw_dir), shell: String(cString: found.pw_shell),
            groups: groups)
    }

    private static func group(
        _ search: Search<group>
    ) -> (name: String, id: UInt32, members: [String])? {
        var entry = Glibc.group()
        var buffer = [CChar](repeating: 0, count: 1 << 18)
        var result: UnsafeMutablePointer<group>?
        _ = search(&entry, &buffer, buffer.count, &result)
        guard let found = result?.pointee else { return nil }
        var members: [String] = []
        var next = found.gr_mem
        while let member = next?.pointee {
            members.append(String(cString: member))
            next = next.map { $0 + 1 }
        }
        return (String(cString: found.gr_name), found.gr_gid, members)
    }
}

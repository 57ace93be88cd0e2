import Host
import XML

/// What the first volume descriptor of an ISO image says; blank fields are `nil`.
package struct MediumIdentity: Hashable, Sendable {
    package var volume: String?
    package var system: String?
    package var publisher: String?
    package var application: String?
    /// The size of the volume in bytes.
    package var size: Int64?

    package init(
        volume: String?, system: String? = nil, publisher: String? = nil,
        application: String? = nil, size: Int64? = nil
    ) {
        self.volume = volume
        self.system = system
        self.publisher = publisher
        self.application = application
        self.size = size
    }
}

/// What the section `general` of a tree's .treeinfo says.
package struct TreeIdentity: Hashable, Sendable {
    package var family: String?
    package var variant: String?
    package var version: String?
    package var architecture: String?

    package init(family: String?, variant: String?, version: String?, architecture: String?) {
        self.family = family
        self.variant = variant
        self.version = version
        self.architecture = architecture
    }
}

extension Database {
    /// The system and its medium that an image is; `nil` where nobody knows it. Reads the whole
    /// database. libosinfo 1.10.0: `osinfo_db_identify_media`.
    package func identify(
        _ identity: MediumIdentity
    ) throws(DatabaseError) -> (system: OperatingSystem, medium: InstallMedium)? {
        let matcher = Matcher()
        return try first(\.media) { media in
            media.sortedLikeLibosinfo.first { matcher.matches($0, identity) }
        }.map { ($0, $1) }
    }

    /// The system and its tree that a tree is; `nil` where nobody knows it. Reads the whole
    /// database. libosinfo 1.10.0: `osinfo_db_identify_tree`.
    package func identify(
        _ identity: TreeIdentity
    ) throws(DatabaseError) -> (system: OperatingSystem, tree: InstallTree)? {
        let matcher = Matcher()
        return try first(\.trees) { trees in
            trees.inTableOrder(\.id).anyArchitectureLast(\.architecture).first {
                matcher.matches($0, identity)
            }
        }.map { ($0, $1) }
    }

    private func first<Item>(
        _ items: (OperatingSystem) -> [Item], _ match: ([Item]) -> Item?
    ) throws(DatabaseError) -> (OperatingSystem, Item)? {
        let systems = try allSystems()
        // Few match more than one system; it is the table's order that decides between those.
        for system in systems.inTableOrder(\.tableKey) {
            if let item = match(items(system)) { return (system, item) }
        }
        return nil
    }
}

/// Compares with regular expressions, each compiled once.
private final class Matcher {
    private var patterns: [String: Pattern?] = [:]

    func matches(_ medium: InstallMedium, _ identity: MediumIdentity) -> Bool {
        if let size = medium.volumeSize, size != identity.size { return false }
        return matches(medium.volume, identity.volume) && matches(medium.system, identity.system)
            && matches(medium.publisher, identity.publisher)
            && matches(medium.application, identity.application)
    }

    func matches(_ tree: InstallTree, _ identity: TreeIdentity) -> Bool {
        guard let info = tree.treeInfo else { return false }
        return matches(info.child("family")?.text, identity.family)
            && matches(info.child("variant")?.text, identity.variant)
            && matches(info.child("version")?.text, identity.version)
            && matches(info.child("arch")?.text, identity.architecture)
    }

    /// No expression matches anything; a value that is not there matches none.
    private func matches(_ expression: String?, _ value: String?) -> Bool {
        guard let expression else { return true }
        guard let value else { return false }
        let pattern: Pattern?
        if let known = patterns[expression] {
            pattern = known
        } else {
            do throws(PatternError) { pattern = try Pattern(expression) } catch { pattern = nil }
            patterns[expression] = .some(pattern)
        }
        do throws(PatternError) { return try pattern?.matchesPart(of: value) ?? false } catch {
            return false
        }
    }
}

extension [InstallMedium] {
    /// The longer of two expressions where one contains the other stands first, and of two equal
    /// ones that which tells the size, too.
    fileprivate var sortedLikeLibosinfo: [InstallMedium] {
        mergeSorted(inTableOrder(\.id).anyArchitectureLast(\.architecture)) { first, second in
            let (a, b) = (first.volume, second.volume)
            guard let a, let b else { return false }
            if a == b { return first.volumeSize == nil && second.volumeSize != nil }
            return !a.contains(b) && b.contains(a)
        }
    }
}

/// The sort of GLib's lists: its result counts where `isAfter` is no strict order.
private func mergeSorted<Item>(_ items: [Item], _ isAfter: (Item, Item) -> Bool) -> [Item] {
    guard items.count > 1 else { return items }
    let middle = (items.count + 1) / 2
    let left = mergeSorted(Array(items[..<middle]), isAfter)
    let right = mergeSorted(Array(items[middle...]), isAfter)
    var merged: [Item] = []
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
        if isAfter(left[i], right[j]) {
            merged.append(right[j])
            j += 1
        } else {
            merged.append(left[i])
            i += 1
        }
    }
    return merged + left[i...] + right[j...]
}

extension OperatingSystem {
    fileprivate var tableKey: String { id ?? "" }
}

extension Array {
    /// libosinfo keeps what it knows in hash tables and takes the first that matches: so it is
    /// the order of a table that decides. GLib 2.74: `g_hash_table_get_values`, `g_str_hash`.
    func inTableOrder(_ key: (Element) -> String) -> [Element] {
        let count = self.count
        let primes: [UInt32] = [
            1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749,
        ]
        var shift = 3
        while shift < primes.count - 1, (1 << shift) * 15 / 16 < count { shift += 1 }
        func slot(_ element: Element) -> UInt32 {
            var hash: UInt32 = 5381
            for byte in key(element).utf8 { hash = hash &* 33 &+ UInt32(byte) }
            return (hash &* 11) % primes[shift]
        }
        // Where two share a slot, the later is put behind; the values come out backwards.
        return enumerated().map { ($0.offset, slot($0.element), $0.element) }
            .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 > $1.0 }.map { $0.2 }
    }

    /// What is for one architecture is a closer match than what is for all.
    fileprivate func anyArchitectureLast(_ architecture: (Element) -> String?) -> [Element] {
        filter { architecture($0) != "all" } + filter { architecture($0) == "all" }
    }
}

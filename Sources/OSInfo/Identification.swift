import Text
import XML

extension Database {
    /// The operating system and medium of an image; `nil` if the database does not know it. Reads
    /// the whole database. libosinfo 1.10.0: `osinfo_db_identify_media`.
    package func identify(
        _ identity: MediumIdentity
    ) throws(DatabaseError) -> (system: OperatingSystem, medium: InstallMedium)? {
        let matcher = Matcher()
        return try first(\.media) { media in
            media.inLibosinfoOrder.first { matcher.matches($0, identity) }
        }.map { ($0, $1) }
    }

    /// The operating system and tree of a .treeinfo file; `nil` if the database does not know it.
    /// Reads the whole database. libosinfo 1.10.0: `osinfo_db_identify_tree`.
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
        // If several systems match, the order of libosinfo's table decides.
        for system in systems.inTableOrder(\.tableKey) {
            if let item = match(items(system)) { return (system, item) }
        }
        return nil
    }
}

/// Matches values against the database's regular expressions, and caches the compiled ones.
private final class Matcher {
    private var patterns: [String: PythonRegex?] = [:]

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

    /// A missing expression matches anything; a missing value matches no expression.
    private func matches(_ expression: String?, _ value: String?) -> Bool {
        guard let expression else { return true }
        guard let value else { return false }
        let pattern: PythonRegex?
        if let known = patterns[expression] {
            pattern = known
        } else {
            // An invalid expression matches nothing, as in libosinfo.
            do throws(RegexError) { pattern = try PythonRegex(expression) } catch { pattern = nil }
            patterns[expression] = .some(pattern)
        }
        do throws(RegexError) { return try pattern?.matchesPart(of: value) ?? false } catch {
            return false
        }
    }
}

extension [InstallMedium] {
    /// The order in which libosinfo tries the media: if one volume expression contains another, the
    /// longer one is first; of two equal ones, the one with a volume size.
    fileprivate var inLibosinfoOrder: [InstallMedium] {
        mergeSorted(inTableOrder(\.id).anyArchitectureLast(\.architecture)) { first, second in
            let (a, b) = (first.volume, second.volume)
            guard let a, let b else { return false }
            if a == b { return first.volumeSize == nil && second.volumeSize != nil }
            return !a.contains(b) && b.contains(a)
        }
    }
}

/// The merge sort of GLib's lists. `isAfter` is not a strict order, so another algorithm could give
/// another result. GLib 2.74: `g_list_sort`.
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

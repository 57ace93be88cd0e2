/// The kinds of trees and images that can be recognized.
/// virt-install 4.1.0: `_build_distro_list` in urldetect.py.
enum TreeLayout: Hashable {
    /// One that the operating system database recognizes.
    case catalog
    case fedora, rhel, centos
    case suse(SUSEEdition)
    case debian(DebianFlavor)
    case mageia
    /// Any tree with a .treeinfo file.
    case generic

    /// All of them, in the order in which a location is tested for them.
    static let all: [TreeLayout] = [
        .catalog, .fedora, .rhel, .centos, .suse(.sles), .suse(.sled), .suse(.opensuse),
        .debian(.debian), .debian(.ubuntu), .mageia, .generic,
    ]

    /// The name of the distribution; if the user names it, its layout is tested first.
    var distribution: String? {
        switch self {
        case .catalog, .generic: nil
        case .fedora: "fedora"
        case .rhel: "rhel"
        case .centos: "centos"
        case .suse(let edition): edition.rawValue
        case .debian(let flavor): flavor.rawValue
        case .mageia: "mageia"
        }
    }
}

/// The editions of SUSE Linux, by the prefix of their short ids.
enum SUSEEdition: String {
    case sles, sled, opensuse

    var isEnterprise: Bool { self != .opensuse }

    /// What the family in a .treeinfo file contains.
    var family: String { isEnterprise ? "SUSE Linux Enterprise" : "openSUSE" }

    /// What the product name in a `content` file contains, any of these. They are cut off like
    /// virt-install's, which searches for them the same way.
    var products: [String] {
        switch self {
        case .sles: ["SUSE Linux Enterprise Serve", "SUSE SLE"]
        case .sled: ["SUSE Linux Enterprise Deskto"]
        case .opensuse: ["openSUSE"]
        }
    }
}

/// Debian and its derivative, by the prefix of their short ids. Their trees name their folders and
/// files by it.
enum DebianFlavor: String {
    case debian, ubuntu

    /// How the file `.disk/info` of a CD begins.
    var title: String { self == .debian ? "Debian" : "Ubuntu" }
}

/// The directory and the file name of a path.
func splitPath(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
}

/// The first name that is not in use: `vm`, `vm-1`, `vm-2`. With `numbered`, never the plain name.
func freeName(
    _ base: String, suffix: String = "", from first: Int = 1, separator: String = "-",
    numbered: Bool = false, isTaken: (String) throws -> Bool
) rethrows -> String {
    if !numbered, try !isTaken(base + suffix) { return base + suffix }
    var number = first
    while try isTaken("\(base)\(separator)\(number)\(suffix)") { number += 1 }
    return "\(base)\(separator)\(number)\(suffix)"
}

/// The parts of a comma-separated list. Two commas in a row are one comma inside a part.
/// virsh 9.0.0: `vshStringToArray`.
func commaSeparated(_ text: String) -> [String] {
    let pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    var parts = [pieces[0]]
    /// Whether an empty piece came just before, so the next piece belongs to the last part.
    var continues = false
    for piece in pieces.dropFirst() {
        if continues {
            parts[parts.count - 1] += "," + piece
            continues = false
        } else if piece.isEmpty {
            continues = true
        } else {
            parts.append(piece)
        }
    }
    if continues { parts.append("") }
    return parts
}

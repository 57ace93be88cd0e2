/// The parts of a list with commas; two commas stand for one in a part.
/// virsh 9.0.0: `vshStringToArray`.
func listed(_ text: String) -> [String] {
    let pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    var parts = [pieces[0]]
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

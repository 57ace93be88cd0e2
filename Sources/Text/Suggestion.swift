/// `; did you mean 'reserve'?` if one of the names is similar to the word; else empty.
package func suggestion(for word: String, among names: [String]) -> String {
    let letters = Array(word.lowercased().utf8)
    // One mistake in three letters; with more, unrelated short names would be suggested.
    let similar = names.map { ($0, editDistance(letters, Array($0.utf8))) }
        .filter { $0.1 <= max(1, min($0.0.utf8.count, word.utf8.count) / 3) }
    guard let best = similar.min(by: { $0.1 < $1.1 }) else { return "" }
    return "; did you mean '\(best.0)'?"
}

/// The Levenshtein distance: the insertions, deletions and substitutions between two words.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    // The work is quadratic and the client chooses the word. No command has such a long name.
    guard a.count <= 64, b.count <= 64 else { return Int.max }
    // One row of the matrix; `diagonal` is the value above and to the left, which this row has
    // already overwritten.
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let substituted = diagonal + (letter == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}

/// The words of a text in lines of at most `width` columns. Lines after the first begin with
/// `indentation` blanks, and the first one has `offset` columns of other text before it.
///
/// A word is never divided, because it may be a path or an address that people copy. One that is
/// too long for its place is moved to the left, on a line of its own.
package func wrapped(
    _ text: String, width: Int, indentation: Int, offset: Int = 0
) -> String {
    var lines = ""
    var used = offset
    var isLineEmpty = true
    for word in text.split(separator: " ") {
        let length = columnWidth(of: String(word))
        if !isLineEmpty, used + 1 + length <= width {
            lines += " " + word
            used += 1 + length
        } else if isLineEmpty, used + length <= width {
            lines += word
            used += length
        } else {
            let start = max(0, min(indentation, width - length))
            // Without the blank that would separate it from the text before it.
            while lines.last == " " { lines.removeLast() }
            lines += "\n" + String(repeating: " ", count: start) + word
            used = start + length
        }
        isLineEmpty = false
    }
    return lines
}

/// Lines of at most 80 columns: `start`, then the words of a text. Lines after the first begin with
/// `indent` blanks.
package func wrapped(_ text: String, startingWith start: String, indent: Int) -> String {
    start + wrapped(text, width: 80, indentation: indent, offset: columnWidth(of: start)) + "\n"
}

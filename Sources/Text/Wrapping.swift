/// Text in lines of at most `width` columns, broken at blanks. The first line begins with `start`,
/// the others with `indent` blanks. A word that is longer than a line is not broken.
package func wrapped(
    _ text: String, startingWith start: String, indent: Int, width: Int = 80
) -> String {
    var lines = ""
    var line = start
    var isEmpty = true
    for word in text.split(separator: " ") {
        if !isEmpty, columnWidth(of: line) + 1 + columnWidth(of: String(word)) > width {
            lines += line + "\n"
            line = String(repeating: " ", count: indent)
            isEmpty = true
        }
        line += (isEmpty ? "" : " ") + word
        isEmpty = false
    }
    return lines + line + "\n"
}

import CLibxml2

/// Collects the first fatal error of a parse. Later errors only follow from it, but libxml2 keeps
/// the last one.
final class FirstParseError {
    private(set) var error: XMLError?

    /// Registers with a parser. The parser gets an unowned pointer, so it must not outlive `self`.
    func listen(to context: xmlParserCtxtPtr) {
        // `_private` is the field that libxml2 leaves to its callers.
        context.pointee._private = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.sax.pointee.serror = { context, error in
            // In a parser's SAX handler, the first argument is the parser's context.
            guard let context = context?.assumingMemoryBound(to: xmlParserCtxt.self),
                let listener = context.pointee._private, let error,
                error.pointee.level == XML_ERR_FATAL
            else { return }
            Unmanaged<FirstParseError>.fromOpaque(listener).takeUnretainedValue()
                .note(error.pointee, in: context.pointee)
        }
    }

    /// Keeps an error unless there is an earlier one.
    func note(_ found: XMLError) {
        if error == nil { error = found }
    }

    private func note(_ found: xmlError, in context: xmlParserCtxt) {
        guard error == nil, let message = found.message else { return }
        error = XMLError(
            message: String(cString: message).firstLine, line: found.line,
            excerpt: context.input.map { excerpt(of: $0.pointee) } ?? "")
    }
}

/// The line that the parser has reached, and below it a pointer to the place.
/// libvirt 9.0.0: `catchXMLError` in virxml.c.
private func excerpt(of input: xmlParserInput) -> String {
    guard let base = input.base, let end = input.end, let here = input.cur else { return "" }
    let isLineEnd = { (place: UnsafePointer<xmlChar>) in
        place < end && (place.pointee == UInt8(ascii: "\n") || place.pointee == UInt8(ascii: "\r"))
    }
    // The parser may have read the end of the wrong line already, so skip line ends backwards
    // before the start of the line is looked for.
    var start = here
    while start > base, isLineEnd(start) { start -= 1 }
    while start > base, !isLineEnd(start) { start -= 1 }
    if isLineEnd(start) { start += 1 }
    var line: [UInt8] = []
    while start + line.count < end, start[line.count] != 0, !isLineEnd(start + line.count) {
        line.append(start[line.count])
    }
    // Tabs stay tabs, so that the pointer lines up. It ends with the line if the place is behind.
    let pointer = line.prefix(max(0, here - start)).map {
        $0 == UInt8(ascii: "\t") ? $0 : UInt8(ascii: "-")
    }
    return String(decoding: line + [UInt8(ascii: "\n")] + pointer, as: UTF8.self) + "^"
}

import CLibxml2

/// The first error that ended the parsing of a document: those after it only follow from it.
final class FirstMistake {
    private(set) var error: XMLError?

    /// Notes what the parser says; lives longer than that.
    func listen(to context: xmlParserCtxtPtr) {
        context.pointee._private = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.sax.pointee.serror = { context, error in
            guard let context = context?.assumingMemoryBound(to: xmlParserCtxt.self),
                let listener = context.pointee._private, let error,
                error.pointee.level == XML_ERR_FATAL
            else { return }
            Unmanaged<FirstMistake>.fromOpaque(listener).takeUnretainedValue()
                .note(error.pointee, in: context.pointee)
        }
    }

    private func note(_ found: xmlError, in context: xmlParserCtxt) {
        guard error == nil, let message = found.message else { return }
        let text = String(cString: message)
        error = XMLError(
            message: text.split(separator: "\n").first.map(String.init) ?? "", line: found.line,
            excerpt: context.input.map { excerpt(of: $0.pointee) } ?? "")
    }
}

/// The line that the parser is in and a pointer to where it is.
/// libvirt 9.0.0: `catchXMLError` in virxml.c.
private func excerpt(of input: xmlParserInput) -> String {
    guard let base = input.base, let end = input.end, let here = input.cur else { return "" }
    let isLineEnd = { (place: UnsafePointer<xmlChar>) in
        place < end && (place.pointee == UInt8(ascii: "\n") || place.pointee == UInt8(ascii: "\r"))
    }
    var start = here
    while start > base, isLineEnd(start) { start -= 1 }
    while start > base, !isLineEnd(start) { start -= 1 }
    if isLineEnd(start) { start += 1 }
    var line: [UInt8] = []
    while start + line.count < end, start[line.count] != 0, !isLineEnd(start + line.count) {
        line.append(start[line.count])
    }
    // A line that ended before the place is pointed at as far as it goes.
    let pointer = line.prefix(max(0, here - start)).map {
        $0 == UInt8(ascii: "\t") ? $0 : UInt8(ascii: "-")
    }
    return String(decoding: line + [UInt8(ascii: "\n")] + pointer, as: UTF8.self) + "^"
}

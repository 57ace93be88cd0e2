import CLibxml2

extension Document {
    /// Parses the text of a client. Rejects what no plain document needs: a document type
    /// declaration, and with it all entities; processing instructions; an encoding other than
    /// UTF-8; NUL bytes; more than `maximumDepth` levels of elements. Reads no file and no network.
    /// The tree contains elements, attributes, texts and comments. C: `xmlCtxtReadMemory`.
    package convenience init(untrusted bytes: [UInt8], maximumDepth: Int) throws(XMLError) {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw XMLError(message: "the text is not UTF-8", line: 0)
        }
        // A declared encoding would let libxml2 convert the text, and see another one than we do.
        if let encoding = declaredEncoding(of: text), encoding.lowercased() != "utf-8" {
            throw XMLError(message: "encoding '\(encoding)' is not UTF-8", line: 1)
        }
        guard let context = xmlNewParserCtxt() else {
            throw .noMemoryOrLibrary
        }
        defer { xmlFreeParserCtxt(context) }
        let first = FirstParseError()
        first.listen(to: context)
        first.rejectDeclarations(in: context)
        let options =
            XML_PARSE_NONET.rawValue
            | XML_PARSE_NOCDATA.rawValue | XML_PARSE_IGNORE_ENC.rawValue
        let parsed = bytes.withUnsafeBufferPointer {
            $0.withMemoryRebound(to: CChar.self) {
                xmlCtxtReadMemory(
                    context, $0.baseAddress, Int32(clamping: $0.count), nil, "UTF-8",
                    Int32(options))
            }
        }
        if let error = first.error {
            if let parsed { xmlFreeDoc(parsed) }
            throw error
        }
        guard let parsed else { throw XMLError(message: "not an XML document", line: 0) }
        guard xmlDocGetRootElement(parsed) != nil else {
            xmlFreeDoc(parsed)
            throw XMLError(message: "not an XML document", line: 0)
        }
        self.init(adopting: parsed)
        guard root.isAtMost(maximumDepth) else {
            throw XMLError(
                message: "more than \(maximumDepth) levels of elements", line: 0)
        }
    }
}

/// The encoding that an XML declaration names, e.g. `UTF-8`; `nil` if it names none.
private func declaredEncoding(of text: String) -> String? {
    var bytes = text.utf8[...]
    // A byte order mark.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard bytes.starts(with: "<?xml".utf8) else { return nil }
    let declaration = bytes.prefix { $0 != UInt8(ascii: ">") }
    let name = Array("encoding".utf8)
    var start = declaration.startIndex
    while start != declaration.endIndex, !declaration[start...].starts(with: name) {
        start = declaration.index(after: start)
    }
    guard start != declaration.endIndex else { return nil }
    // libxml2 checks the syntax.
    let value = declaration[start...].dropFirst(name.count)
        .drop { " \t\r\n=".utf8.contains($0) }
    let quote = value.first
    return String(Substring(value.dropFirst().prefix { $0 != quote }))
}

extension FirstParseError {
    /// Makes the parser stop at the first document type declaration or processing instruction.
    func rejectDeclarations(in context: xmlParserCtxtPtr) {
        context.pointee.sax.pointee.internalSubset = { context, _, _, _ in
            stop(context, because: "a document type declaration is not allowed")
        }
        context.pointee.sax.pointee.processingInstruction = { context, _, _ in
            stop(context, because: "a processing instruction is not allowed")
        }
    }
}

/// `context` is the parser's: the first argument of a SAX function.
private func stop(_ context: UnsafeMutableRawPointer?, because message: String) {
    guard let context = context?.assumingMemoryBound(to: xmlParserCtxt.self),
        let listener = context.pointee._private
    else { return }
    let line = context.pointee.input.map { $0.pointee.line } ?? 0
    Unmanaged<FirstParseError>.fromOpaque(listener).takeUnretainedValue()
        .note(XMLError(message: message, line: line))
    xmlStopParser(context)
}

extension Node {
    /// The URI of the name's namespace; `nil` if there is none.
    package var namespace: String? {
        pointer.pointee.ns?.pointee.href.map { String(cString: $0) }
    }

    /// The namespaces that this element declares: a prefix, `nil` for the default one, and a URI.
    package var declaredNamespaces: [(prefix: String?, uri: String)] {
        var found: [(String?, String)] = []
        var next = pointer.pointee.nsDef
        while let namespace = next {
            found.append(
                (
                    namespace.pointee.prefix.map { String(cString: $0) },
                    namespace.pointee.href.map { String(cString: $0) } ?? ""
                ))
            next = namespace.pointee.next
        }
        return found
    }

    /// The names, with their prefixes, of the attributes that have one, e.g. `xml:base`.
    package var prefixedAttributes: [String] {
        var found: [String] = []
        var next = pointer.pointee.properties
        while let attribute = next {
            if let prefix = attribute.pointee.ns?.pointee.prefix {
                found.append(
                    "\(String(cString: prefix)):\(String(cString: attribute.pointee.name))")
            }
            next = attribute.pointee.next
        }
        return found
    }

    package var isComment: Bool { pointer.pointee.type == XML_COMMENT_NODE }

    /// Whether an element contains at most so many levels of elements, itself included.
    fileprivate func isAtMost(_ depth: Int) -> Bool {
        depth > 0 && elements().allSatisfy { $0.isAtMost(depth - 1) }
    }
}

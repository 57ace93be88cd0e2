import Testing
import XML

struct DocumentTests {
    private let shelf = """
        <shelf room='2'>
          <book id='a'>One &amp; two</book>
          <book id='b'/>
          <lab:box xmlns:lab='urn:lab'><lab:lid/></lab:box>
        </shelf>
        """

    @Test func nodesAndTexts() throws {
        let document = try Document(parsing: shelf)
        #expect(document.root.name == "shelf")
        #expect(document.root["room"] == "2")
        #expect(document.root["nope"] == nil)
        #expect(try document.nodes("book").compactMap { $0["id"] } == ["a", "b"])
        #expect(try document.text("book") == "One & two")
        #expect(try document.text("book/@id") == "a")
        #expect(try document.text("book[2]") == "")
        #expect(try document.text("pen") == nil)
        #expect(try document.nodes("book")[1].text("@id") == "b")
    }

    @Test func namespaces() throws {
        let root = try Document(parsing: shelf).root
        #expect(try root.nodes("l:box/l:lid", prefixes: ["l": "urn:lab"]).count == 1)
        #expect(throws: XMLError.self) { try root.nodes("l:box") }
    }

    @Test func valuesOtherThanNodeSets() throws {
        let root = try Document(parsing: shelf).root
        #expect(try root.nodeSet("count(book)") == nil)
        #expect(try root.nodes("count(book)").isEmpty)
        #expect(try root.nodeSet("pen")?.isEmpty == true)
    }

    @Test(arguments: [
        ("//[a", "Invalid expression", 2 as Int?), ("//", "Invalid expression", nil),
        ("$a", "Undefined variable", nil), ("string('", "Unfinished literal", nil),
    ])
    func invalidExpressions(_ expression: String, _ message: String, _ offset: Int?) throws {
        let root = try Document(parsing: shelf).root
        #expect { try root.nodes(expression) } throws: {
            let error = $0 as? XMLError
            return error?.message == message && error?.offset == offset
        }
    }

    @Test(arguments: ["", "text", "<a>", "<a></b>", "<a/><b/>", "<a b=c/>", "<a>\u{1}</a>"])
    func invalidDocuments(_ text: String) {
        #expect(throws: XMLError.self) { try Document(parsing: text) }
    }

    @Test func lineOfAParseError() {
        #expect { try Document(parsing: "<a>\n\n</b>") } throws: { ($0 as? XMLError)?.line == 3 }
    }

    @Test(arguments: [
        ("<a>\n\t<b>x</c>\n</a>", "\t<b>x</c>\n\t--------^"), ("<a>", "<a>\n---^"),
        ("<a b=c/>\n", "<a b=c/>\n-----^"),
    ])
    func excerptOfAParseError(_ text: String, _ excerpt: String) {
        #expect { try Document(parsing: text) } throws: { ($0 as? XMLError)?.excerpt == excerpt }
    }

    @Test func externalEntitiesAreNotRead() throws {
        let text = """
            <!DOCTYPE a [<!ENTITY host SYSTEM "file:///etc/hostname">]>
            <a>&host;</a>
            """
        let document = try? Document(parsing: text)
        #expect(document?.root.text.isEmpty ?? true)
    }

    @Test func printing() throws {
        let document = try Document(parsing: "<a><b c='1'/>\n <d>x</d></a>", keepBlanks: false)
        #expect(document.root.serialized(format: false) == "<a><b c=\"1\"/><d>x</d></a>")
        let lines = ["<a>", "  <b c=\"1\"/>", "  <d>x</d>", "</a>"]
        #expect(document.root.serialized(format: true) == lines.joined(separator: "\n"))
        #expect(try document.nodes("b/@c")[0].serialized(format: true) == " c=\"1\"")
    }

    @Test func wrapping() throws {
        let document = try Document(parsing: shelf, keepBlanks: false)
        let wrapped = Document.wrapping(try document.nodes("book | @room"), in: "nodes")
        let lines = [
            "<nodes room=\"2\">", "  <book id=\"a\">One &amp; two</book>", "  <book id=\"b\"/>",
            "</nodes>",
        ]
        #expect(wrapped == lines.joined(separator: "\n"))
        #expect(Document.wrapping([], in: "nodes") == "<nodes/>")
        // The document keeps its own nodes.
        #expect(try document.nodes("book").count == 2)
    }

    @Test func movingNodes() throws {
        let document = try Document(parsing: "<shelf><book/>text<box/></shelf>")
        let box = try document.nodes("box")[0]
        for book in try document.nodes("book") { book.move(into: box) }
        let lines = ["<?xml version=\"1.0\"?>", "<shelf>text<box><book/></box></shelf>", ""]
        #expect(document.serialized() == lines.joined(separator: "\n"))
    }

    @Test func aNodeKeepsItsDocumentAlive() throws {
        let node = try Document(parsing: shelf).nodes("book")[0]
        #expect(node.text == "One & two")
    }

    @Test func expressionsHaveALimit() throws {
        let text = "<a>" + String(repeating: "<b/>", count: 500) + "</a>"
        let root = try Document(parsing: text).root
        #expect(try root.nodes("//b[count(//b) > 1]").count == 500)
        #expect {
            try root.nodes("//b[count(//b[count(//b[count(//b) > 1]) > 1]) > 1]")
        } throws: {
            ($0 as? XMLError)?.message == "the XPath expression takes more than 10000000 steps"
        }
        #expect(root.string("//b[count(//b[count(//b[count(//b) > 1]) > 1]) > 1]") == nil)
    }

    @Test(arguments: [
        "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "<a>&e;</a>", "<?p q?><a/>",
        "<a/><?p q?>", "<?xml version='1.0' encoding='UTF-16'?><a/>", "<a>\0</a>",
        "<a><a><a/></a></a>",
    ])
    func untrustedDocumentsArePlain(_ text: String) {
        #expect(throws: XMLError.self) {
            try Document(untrusted: Array(text.utf8), maximumDepth: 2)
        }
    }

    @Test func untrustedDocument() throws {
        let text =
            "\u{FEFF}<?xml version='1.0' encoding='UTF-8'?><a x:y='1' z='&lt;' xmlns:x='urn:x'>"
            + "<!-- c --><![CDATA[<b>]]><x:b/></a>"
        let root = try Document(untrusted: Array(text.utf8), maximumDepth: 2).root
        #expect(root.text == "<b>")
        #expect(root["z"] == "<")
        #expect(root.prefixedAttributes == ["x:y"])
        #expect(root.declaredNamespaces.map(\.uri) == ["urn:x"])
        #expect(root.elements().first?.namespace == "urn:x")
        #expect(root.children.filter(\.isComment).count == 1)
    }
}

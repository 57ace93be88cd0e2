import OSInfo
import Testing

@Suite struct InstallScriptTests {
    let scratch: ScratchDatabase

    init() throws { scratch = try ScratchDatabase() }

    private func script(_ templates: String, output: String = "method='text'") throws -> String {
        try scratch.layer([
            "os/x/a.xml": ScratchDatabase.os(
                "a", "<short-id>a</short-id><version>9.1</version><name>A &amp; B</name>"),
            "datamap/x/keys.xml": """
            <libosinfo><datamap id='http://x/keys'><entry inval='de_DE' outval='de'/>
            <entry inval='en_US' outval='us'/></datamap></libosinfo>
            """,
            "install-script/x/s.xml": """
            <libosinfo><install-script id='http://x/s'>
            <profile>small</profile><expected-filename>a.ks</expected-filename>
            <config><param name='admin-password' policy='required'/>
            <param name='l10n-keyboard' policy='optional' value-map='http://x/keys'/></config>
            <injection-method>initrd</injection-method><injection-method>cdrom</injection-method>
            <template><xsl:stylesheet version='1.0'
                xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>
            <xsl:output \(output)/>\(templates)</xsl:stylesheet></template>
            </install-script></libosinfo>
            """,
        ])
        let database = scratch.database
        let system = try #require(try database.system(named: "a"))
        let script = try #require(try database.installScript(id: "http://x/s"))
        #expect(script.profile == "small")
        #expect(script.expectedName == "a.ks")
        #expect(script.injectionMethods == ["initrd", "cdrom"])
        #expect(script.requires("admin-password"))
        #expect(!script.requires("l10n-keyboard") && !script.requires("hostname"))
        let answers = InstallScript.Answers(
            values: ["hostname": "it's <me>", "l10n-keyboard": "de_DE"], source: "network",
            injection: "initrd", variants: ["small-netinst"], treeURL: "file:///tree")
        return try script.contents(for: system, answers)
            + "|" + script.commandLine(for: system, answers)
    }

    private static func configuration(_ inside: String) -> String {
        "<xsl:template match='/install-script-config'>\(inside)</xsl:template>"
    }

    @Test(arguments: [
        ("x<xsl:value-of select='config/hostname'/>y", "xit's <me>y"),
        ("<xsl:value-of select='os/name'/>", "A & B"),
        ("<xsl:value-of select='config/none'/>", ""),
        ("<xsl:value-of select='config/l10n-keyboard'/>", "de"),
        ("<xsl:value-of select='config/l10n-language'/>", "en_US"),
        ("<xsl:value-of select='tree/url'/>", "file:///tree"),
        ("  <xsl:text>  a </xsl:text>  ", "  a "),
        ("<xsl:if test='os/version &gt; 9'>new</xsl:if>", "new"),
        ("<xsl:if test='os/version &gt; 9.5'>new</xsl:if>", ""),
        ("<xsl:if test=\"contains(media/variant, 'netinst')\">net</xsl:if>", "net"),
        (
            "<xsl:choose><xsl:when test='false()'>a</xsl:when><xsl:when test='true()'>b</xsl:when>"
                + "<xsl:otherwise>c</xsl:otherwise></xsl:choose>", "b"
        ),
        (
            "<xsl:choose><xsl:when test='false()'>a</xsl:when>"
                + "<xsl:otherwise>c</xsl:otherwise></xsl:choose>", "c"
        ),
        (
            "<xsl:variable name='v'><xsl:text>/dev/</xsl:text>sda</xsl:variable>"
                + "<xsl:value-of select=\"substring-after($v, '/dev/')\"/>", "sda"
        ),
        ("<!-- nothing -->a", "a"),
    ])
    func instructions(_ inside: String, _ expected: String) throws {
        #expect(try script(Self.configuration(inside)) == expected + "|")
    }

    @Test func templatesCallEachOther() throws {
        let text = try script(
            Self.configuration("1<xsl:call-template name='two'/>3")
                + "<xsl:template name='two'>2<xsl:value-of select='script/profile'/></xsl:template>"
                + "<xsl:template match='/command-line'>ks=<xsl:value-of "
                + "select='script/expected-filename'/></xsl:template>")
        #expect(text == "12small3|ks=a.ks")
    }

    @Test func elementsAndAttributes() throws {
        let text = try script(
            Self.configuration(
                "<p:a xmlns:p='http://p' one='1'><xsl:attribute name='two'>"
                    + "<xsl:value-of select='os/version'/></xsl:attribute><b>"
                    + "<xsl:value-of select='config/hostname'/></b></p:a>"),
            output: "method='xml' omit-xml-declaration='yes'")
        #expect(text.contains("<p:a xmlns:p=\"http://p\" one=\"1\" two=\"9.1\">"))
        #expect(text.contains("<b>it's &lt;me&gt;</b>"))
        #expect(!text.contains("<?xml"))
    }

    @Test(arguments: [
        ("<xsl:call-template name='none'/>", "there is no template 'none'"),
        ("<xsl:for-each select='os'/>", "unsupported instruction <xsl:for-each>"),
        ("<xsl:value-of select='os['/>", "os["),
    ])
    func mistakesAreErrors(_ inside: String, _ message: String) throws {
        let error = try #require(throws: DatabaseError.self) {
            _ = try script(Self.configuration(inside))
        }
        #expect(error.file == "http://x/s")
        #expect(error.message.contains(message))
    }
}

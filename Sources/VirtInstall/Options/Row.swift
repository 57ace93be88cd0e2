/// A sub-option: its names and what its value becomes in the XML.
struct Row {
    enum Kind {
        case text, int, absolutePath
        /// Yes or no on the command line, in any of its spellings.
        case yesNo, onOff, presence, bool
    }

    /// The first is the one that is listed; `#` stands for an index that may be missing.
    let names: [Substring]
    /// Where its value goes, relative to the option's element; `#` is the index. Empty where a
    /// function of the option does all.
    let path: Substring
    let kind: Kind
    /// The value may have commas.
    let hasCommas: Bool
    /// The value `default` says nothing.
    let ignoresDefault: Bool
    /// A function of the option takes the value.
    let isCalled: Bool

    /// One line of a table: names, path (`-` for none), marks.
    init(_ line: Substring) {
        let words = line.split(separator: " ")
        names = words[0].split(separator: "|")
        path = words.count > 1 && words[1] != "-" ? words[1] : ""
        var kind = Kind.text
        var (commas, ignores, called) = (false, false, false)
        for mark in words.dropFirst(2) {
            switch mark {
            case "int": kind = .int
            case "yesno": kind = .yesNo
            case "onoff": kind = .onOff
            case "presence": kind = .presence
            case "bool": kind = .bool
            case "file": kind = .absolutePath
            case "comma": commas = true
            case "nodefault": ignores = true
            case "call": called = true
            default: preconditionFailure("no mark of a row: \(mark)")
            }
        }
        self.kind = kind
        hasCommas = commas
        ignoresDefault = ignores
        isCalled = called
    }

    static func rows(_ table: String) -> [Row] {
        table.split(separator: "\n").map(Row.init)
    }

    func matches(_ key: String) -> Bool { names.contains { Self.indices(in: key, of: $0) != nil } }

    /// The numbers that stand where a name has `#`, 0 where there is none; `nil` where the key is
    /// not this name.
    static func indices(in key: String, of name: Substring) -> [Int]? {
        guard name.utf8.contains(UInt8(ascii: "#")) else { return name == key ? [] : nil }
        var rest = key[...]
        var indices: [Int] = []
        for (number, part) in name.split(separator: "#", omittingEmptySubsequences: false)
            .enumerated()
        {
            if number > 0 {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest[digits.endIndex...]
                indices.append(digits.isEmpty ? 0 : Int(digits) ?? Int.max)
            }
            guard rest.hasPrefix(part) else { return nil }
            rest = rest.dropFirst(part.count)
        }
        return rest.isEmpty ? indices : nil
    }

    func indices(in key: String) -> [Int] {
        names.lazy.compactMap { Self.indices(in: key, of: $0) }.first ?? []
    }

    /// The name as lists of sub-options show it.
    var listed: String {
        names[0].split(separator: "#", omittingEmptySubsequences: false).joined(
            separator: "[0-9]*")
    }
}

/// Rows that many options have.
struct SharedRows: OptionSet, Sendable {
    let rawValue: Int
    static let clearXML = Self(rawValue: 1)
    static let xpath = Self(rawValue: 2)
    static let device = Self(rawValue: 4)
    static let bootOrder = Self(rawValue: 8)
    static let loadParameter = Self(rawValue: 16)
    static let virtio = Self(rawValue: 32)

    private static let tables: [(SharedRows, String)] = [
        (.clearXML, "clearxml - bool call"),
        (
            .xpath,
            """
            xpath#.delete - comma call
            xpath#.set - comma call
            xpath#.create - comma call
            xpath#.value - comma call
            """
        ),
        (
            .device,
            """
            address.type address/@type
            address.domain address/@domain int
            address.bus address/@bus int
            address.slot address/@slot int
            address.multifunction address/@multifunction onoff
            address.function address/@function int
            address.controller address/@controller int
            address.unit address/@unit int
            address.port address/@port int
            address.target address/@target int
            address.reg address/@reg
            address.cssid address/@cssid
            address.ssid address/@ssid
            address.devno address/@devno
            address.iobase address/@iobase
            address.irq address/@irq
            address.base address/@base
            address.zpci.uid address/zpci/@uid
            address.zpci.fid address/zpci/@fid
            alias.name alias/@name
            """
        ),
        (.bootOrder, "boot.order|boot_order boot/@order int call"),
        (.loadParameter, "boot.loadparm boot/@loadparm"),
        (
            .virtio,
            """
            driver.ats driver/@ats onoff
            driver.iommu driver/@iommu onoff
            driver.packed driver/@packed onoff
            driver.page_per_vq driver/@page_per_vq onoff
            """
        ),
    ]

    var rows: [Row] { Self.tables.flatMap { contains($0.0) ? Row.rows($0.1) : [] } }
}

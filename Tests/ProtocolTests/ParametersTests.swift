import System
import Testing
import Text
import Wire

@testable import Protocol

/// Each type of argument: the values that are accepted, and the message for the others.
@Suite struct ParametersTests {
    /// The value that a command reads from an argument `x`, whose JSON text is `json`.
    private func value<Value>(
        _ json: String, _ declare: (inout Parameters) -> ParameterKey<Value>
    ) throws -> Value {
        var parameters = Parameters()
        let key = declare(&parameters)
        let object = try RequestObject(line: Array(#"{"x":\#(json)}"#.utf8))
        return try Request(
            name: "test", arguments: object.members, id: nil, inputIsBody: false)[key]
    }

    /// Checks that reading the argument fails with this message.
    private func expectError<Value>(
        _ json: String, _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ declare: (inout Parameters) -> ParameterKey<Value>
    ) {
        do {
            let value = try value(json, declare)
            Issue.record("\(json) was accepted: \(value)", sourceLocation: sourceLocation)
        } catch let error as RequestError {
            #expect(error.kind == .badRequest, sourceLocation: sourceLocation)
            #expect(
                error.message == "argument 'x' must be \(message)",
                sourceLocation: sourceLocation)
        } catch { Issue.record(error, sourceLocation: sourceLocation) }
    }

    @Test func stringsAreText() throws {
        #expect(try value(#""a""#) { $0.string("x", "") } == "a")
        #expect(try value(#""""#) { $0.string("x", "") } == "")
        #expect(try value(#""\u0000""#) { $0.string("x", "") } == "\0")
        for json in ["5", "true", "null", "[]", "{}"] {
            expectError(json, "a string, not \(json)") { $0.string("x", "") }
        }
    }

    @Test func optionalArgumentsMayBeNull() throws {
        #expect(try value("null") { $0.optionalString("x", "") } == nil)
        #expect(try value("null") { $0.optionalName("x", "") } == nil)
        #expect(try value("null") { $0.flag("x", "") } == false)
        #expect(try value("null") { $0.optionalFlag("x", "") } == nil)
        #expect(try value("null") { $0.optionalSize("x", "") } == nil)
        #expect(try value("null") { $0.optionalSeconds("x", "") } == nil)
        #expect(try value("null") { $0.optionalPort("x", "") } == nil)
        #expect(try value("null") { $0.optionalChoice("x", ["a"], "") } == nil)
    }

    @Test func argumentsMayBeLeftOut() throws {
        var parameters = Parameters()
        let flag = parameters.flag("flag", "")
        let text = parameters.optionalString("text", "")
        let required = parameters.string("required", "")
        let request = Request(name: "test", arguments: [], id: nil, inputIsBody: false)
        #expect(try request[flag] == false)
        #expect(try request[text] == nil)
        #expect(throws: RequestError.self) { try request[required] }
    }

    /// A C string would end at the NUL and name another object.
    @Test func namesHaveNoNUL() throws {
        #expect(try value(#""vm 1""#) { $0.name("x", "") } == "vm 1")
        let message = #"a string without NUL, not "a\u0000""#
        expectError(#""a\u0000""#, message) { $0.name("x", "") }
        expectError(#""a\u0000""#, message) { $0.optionalName("x", "") }
        expectError("5", "a string, not 5") { $0.name("x", "") }
    }

    @Test func listsHaveStringsOnly() throws {
        #expect(try value("[]") { $0.strings("x", "") } == [])
        #expect(try value(#"["a", ""]"#) { $0.strings("x", "") } == ["a", ""])
        for json in [#""a""#, "[5]", #"["a",null]"#, #"[["a"]]"#, #"["\u0000"]"#, "null"] {
            expectError(json, "a list of strings without NUL, not \(json)") {
                $0.strings("x", "")
            }
        }
    }

    @Test func flagsAreBooleans() throws {
        #expect(try value("true") { $0.flag("x", "") })
        #expect(try !value("false") { $0.flag("x", "") })
        #expect(try value("false") { $0.optionalFlag("x", "") } == false)
        for json in ["1", "0", #""true""#, "[]"] {
            expectError(json, "true or false, not \(json)") { $0.flag("x", "") }
        }
    }

    @Test func lengthsAreWholeNumbers() throws {
        #expect(try value("0") { $0.bodyLength("x", "") } == .bytes(0))
        #expect(try value("18446744073709551615") { $0.bodyLength("x", "") } == .bytes(.max))
        for json in ["-1", "-0.5", "1.0", "1e3", #""5""#, "18446744073709551616", "true", "null"] {
            expectError(json, "a number of bytes, not \(json)") { $0.bodyLength("x", "") }
        }
    }

    @Test func sizesMayBeStringsOfDigits() throws {
        #expect(try value("0") { $0.size("x", "") } == 0)
        #expect(try value("9223372036854775807") { $0.size("x", "") } == .max)
        #expect(try value(#""10737418240""#) { $0.size("x", "") } == 10_737_418_240)
        #expect(try value(#""007""#) { $0.optionalSize("x", "") } == 7)
        for json in [
            "-1", "1.5", "9223372036854775808", #""""#, #""-1""#, #""+1""#, #"" 1""#, #""1G""#,
            #""9223372036854775808""#, #""٣""#, "false",
        ] {
            let message = "a number of bytes, from 0 to 9223372036854775807, not \(json)"
            expectError(json, message) { $0.size("x", "") }
            expectError(json, message) { $0.optionalSize("x", "") }
        }
    }

    @Test func secondsMayHaveFractions() throws {
        #expect(try value("0") { $0.optionalSeconds("x", "") } == 0)
        #expect(try value("1.25") { $0.optionalSeconds("x", "") } == 1.25)
        #expect(try value("1e2") { $0.optionalSeconds("x", "") } == 100)
        #expect(try value("-0") { $0.optionalSeconds("x", "") } == 0)
        // A year, which no clock overflows.
        #expect(try value("1e300") { $0.optionalSeconds("x", "") } == 366 * 86400)
        for json in ["-1", "-0.001", #""1""#, "true"] {
            expectError(json, "a number of seconds, 0 or more, not \(json)") {
                $0.optionalSeconds("x", "")
            }
        }
    }

    @Test func portsAreNumbersOfTCP() throws {
        #expect(try value("1") { $0.port("x", "") } == 1)
        #expect(try value("65535") { $0.optionalPort("x", "") } == 65535)
        for json in ["0", "65536", "-1", "22.0", #""22""#, "[]"] {
            let message = "a port number, from 1 to 65535, not \(json)"
            expectError(json, message) { $0.port("x", "") }
            expectError(json, message) { $0.optionalPort("x", "") }
        }
    }

    @Test func choicesAreWords() throws {
        let words = ["lease", "agent", "arp"]
        #expect(try value(#""arp""#) { $0.optionalChoice("x", words, "") } == "arp")
        for json in [#""ARP""#, #""""#, "5", #"["arp"]"#] {
            expectError(json, "a string: lease or agent or arp, not \(json)") {
                $0.optionalChoice("x", words, "")
            }
        }
    }

    @Test func longValuesAreCutInMessages() {
        let json = "[" + Array(repeating: "12345", count: 100).joined(separator: ",") + "]"
        expectError(json, "a string, not \(json.prefix(100))...") { $0.string("x", "") }
    }

    // MARK: Names of arguments

    private func mistake(
        _ line: String, _ declare: (inout Parameters) -> Void
    ) throws -> String? {
        var parameters = Parameters()
        declare(&parameters)
        return parameters.mistake(in: try RequestObject(line: Array(line.utf8)), command: "c")
    }

    @Test func requiredArgumentsMustBeSent() throws {
        func declare(_ parameters: inout Parameters) {
            _ = parameters.string("a", "")
            _ = parameters.port("b", "")
            _ = parameters.flag("c", "")
        }
        #expect(try mistake(#"{"cmd":"c","id":1,"a":0,"b":0}"#, declare) == nil)
        #expect(try mistake(#"{"b":0}"#, declare) == "missing argument for cmd 'c': a")
        #expect(try mistake(#"{"a":0,"c":1}"#, declare) == "missing argument for cmd 'c': b")
    }

    @Test func otherArgumentsAreLeftOver() throws {
        #expect(
            try mistake(#"{"cmd":"c","x":1,"y":2}"#) { _ in }
                == "leftover arguments for cmd 'c': 'x', 'y'; it takes no arguments")
        #expect(
            try mistake(#"{"A":1}"#) { _ = $0.flag("a", "") }
                == "leftover arguments for cmd 'c': 'A'; it takes a")
    }

    @Test func oneOfAlternativesMustBeSent() throws {
        func declare(_ parameters: inout Parameters) {
            _ = parameters.optionalString("to", "")
            _ = parameters.optionalName("to_domain", "")
            parameters.exactlyOne(of: "to", "to_domain")
        }
        #expect(try mistake(#"{"to":"a"}"#, declare) == nil)
        #expect(try mistake(#"{"to_domain":"a"}"#, declare) == nil)
        #expect(try mistake("{}", declare) == "one of 'to' or 'to_domain' needed for 'c'")
        #expect(
            try mistake(#"{"to":"a","to_domain":null}"#, declare)
                == "only one of 'to' or 'to_domain' allowed for 'c'")
    }

    @Test func lengthOfBodyIsKnownBeforeOtherArguments() throws {
        var parameters = Parameters()
        _ = parameters.bodyLength("length", "")
        func length(_ line: String, inWords: Bool = false) throws -> BodyLength {
            parameters.bodyLength(
                of: try RequestObject(line: Array(line.utf8), inputIsBody: inWords))
        }
        #expect(try length(#"{"length":5,"x":1}"#) == .bytes(5))
        #expect(try length(#"{"length":"5"}"#) == .bytes(0))
        #expect(try length(#"{"length":null}"#) == .bytes(0))
        #expect(try length("{}") == .bytes(0))
        #expect(try length(#"{"length":5}"#, inWords: true) == .allOfInput(5))
        #expect(try length(#"{"length":null}"#, inWords: true) == .toEndOfInput)
        let object = try RequestObject(line: Array("{}".utf8))
        #expect(Parameters().bodyLength(of: object) == .bytes(0))
    }

    @Test func fileNamesAreOneComponent() throws {
        #expect(try FileName(checking: "a", "file name").text == "a")
        do {
            _ = try FileName(checking: "../a", "volume name")
            Issue.record("accepted")
        } catch let error as RequestError {
            #expect(error.kind == .badRequest)
            #expect(
                error.message == "volume name '../a' must be one name: 1 to 255 bytes, "
                    + "no '/' or NUL, not '.' or '..'")
        }
    }
}

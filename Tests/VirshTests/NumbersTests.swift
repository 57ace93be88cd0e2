import Libvirt
import Testing

@testable import Virsh

extension ProcessStateTests {
    /// Numbers are parsed like libvirt's `virStrTo…` and `virScaleInteger` do.
    struct NumbersTests {
        @Test(
            arguments: [
                ("0", 0), (" 7", 7), ("\t+7", 7), ("-7", -7), ("007", 7),
                ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
            ] as [(String, Int64)])
        func signed(_ text: String, _ value: Int64) { #expect(signedNumber(text) == value) }

        @Test(arguments: [
            "", " ", "-", "+-7", "7 ", "7x", "0x7", "1.5", "9223372036854775808",
            "-9223372036854775809", "99999999999999999999", "７",
        ])
        func notSigned(_ text: String) { #expect(signedNumber(text) == nil) }

        @Test(
            arguments: [
                ("0", 0), (" +18446744073709551615", UInt64.max), ("12", 12),
            ] as [(String, UInt64)])
        func unsigned(_ text: String, _ value: UInt64) { #expect(unsignedNumber(text) == value) }

        @Test(arguments: ["", "-1", "18446744073709551616", "1 ", "x"])
        func notUnsigned(_ text: String) { #expect(unsignedNumber(text) == nil) }

        @Test(
            arguments: [("-1", UInt64.max), ("-18446744073709551615", 1), ("5", 5)]
                as [(String, UInt64)])
        func wrapping(_ text: String, _ value: UInt64) {
            #expect(unsignedNumber(text, wraps: true) == value)
        }

        @Test func theTextAfterANumberIsReturned() {
            #expect(leadingUnsigned("10GiB")?.value == 10)
            #expect(leadingUnsigned("10GiB")?.rest == "GiB")
            #expect(leadingUnsigned("GiB") == nil)
        }

        @Test(
            arguments: [
                ("", 5 * 1024), ("b", 5), ("BYTES", 5), ("k", 5 << 10), ("KiB", 5 << 10),
                ("kb", 5000),
                ("M", 5 << 20), ("GB", 5_000_000_000), ("t", 5 << 40), ("PiB", 5 << 50),
                ("eib", 5 << 60),
            ] as [(String, UInt64)])
        func suffixes(_ suffix: String, _ value: UInt64) {
            #expect(scaledNumber(5, suffix: suffix, unit: 1024, max: .max) == value)
        }

        @Test(arguments: ["x", "kbb", "ki", "KiBs", " k", "z"])
        func unknownSuffixes(_ suffix: String) {
            #expect(scaledNumber(5, suffix: suffix, unit: 1, max: .max) == nil)
        }

        @Test func tooLarge() {
            #expect(scaledNumber(16, suffix: "E", unit: 1, max: .max) == nil)
            #expect(scaledNumber(15, suffix: "E", unit: 1, max: .max) == 15 << 60)
            #expect(scaledNumber(1, suffix: "k", unit: 1, max: 1023) == nil)
            #expect(scaledNumber(1, suffix: "k", unit: 1, max: 1024) == 1024)
            #expect(scaledNumber(0, suffix: "E", unit: 1, max: 1) == 0)
        }

        @Test(
            arguments: [
                (UInt64(0), 0.0, "B"), (1023, 1023, "B"), (1024, 1, "KiB"), (1536, 1.5, "KiB"),
                (3 << 40, 3, "TiB"), (UInt64.max, 16, "EiB"),
            ] as [(UInt64, Double, String)])
        func pretty(_ bytes: UInt64, _ value: Double, _ unit: String) {
            #expect(prettyCapacity(bytes) == (value, unit))
        }

        /// A word converted by an option's conversion.
        private func converted<Value>(_ word: String, _ conversion: Conversion<Value>) throws
            -> Value
        {
            var options = Options(for: .oldest)
            _ = options.string("size", "a number", as: conversion)
            return try conversion.convert(word, options.all[0])
        }

        @Test func conversions() throws {
            #expect(try converted("-2147483648", .int32) == Int32.min)
            #expect(try converted("4294967295", .uint32) == UInt32.max)
            #expect(try converted("-1", .uint32Wrapping) == UInt32.max)
            #expect(try converted("-2147483648", .uint32Wrapping) == 1 << 31)
            #expect(try converted("4294967295", .uint32Wrapping) == UInt32.max)
            #expect(try converted("-1", .uint64Wrapping) == UInt64.max)
            #expect(try converted("2M", .scaled(1)) == 2 << 20)
            for word in ["2147483648", "-2147483649", "", "x"] {
                #expect(throws: CommandFailure.self) { try converted(word, .int32) }
            }
            for word in ["4294967296", "-2147483649", "-4294967295"] {
                #expect(throws: CommandFailure.self) { try converted(word, .uint32Wrapping) }
            }
            #expect {
                try converted("1x", .uint64)
            } throws: { failure in
                (failure as? CommandFailure)?.lines
                    == ["Numeric value '1x' for <size> option is malformed or out of range"]
            }
            #expect {
                try converted("-1M", .scaled(1))
            } throws: { failure in
                (failure as? CommandFailure)?.lines
                    == ["Scaled numeric value '-1M' for <size> option is malformed or out of range"]
            }
        }
    }
}

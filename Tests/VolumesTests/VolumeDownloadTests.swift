import Confinement
import Libvirt
import Protocol
import System
import TestSupport
import Testing
import Wire

@testable import Volumes

@Suite struct VolumeDownloadTests {
    @Test(arguments: [0..<10, 2..<5, 0..<0, 10..<10] as [Range<Int64>])
    func rangeIsWritten(range: Range<Int64>) throws {
        try withPool(volumes: ["a"]) { fixture in
            try fixture.put("0123456789", "a")
            let source = try Pool(named: "pool", fixture.connection)
                .source(fileName("a"), fixture.connection, UnconfinedGate())
            #expect(source.size == 10)
            let client = try fixture.client(sending: [])
            var reported: Int64 = 0
            try source.open(range) { reported = $0 }(client.wire)
            #expect(reported == Int64(range.count))
            let digits = Array("0123456789")
            #expect(
                try client.output() == String(digits[Int(range.lowerBound)..<Int(range.upperBound)])
            )
        }
    }

    /// The client was promised the bytes, so that the session has to end.
    @Test func volumeThatBecameShorterIsError() throws {
        try withPool(volumes: ["a"]) { fixture in
            try fixture.put("0123456789", "a")
            let source = try Pool(named: "pool", fixture.connection)
                .source(fileName("a"), fixture.connection, UnconfinedGate())
            let write = try source.open(0..<10) { _ in }
            try fixture.put("01", "a")
            let client = try fixture.client(sending: [])
            #expect(errorKind { try write(client.wire) } == .system)
            #expect(try client.output() == "01")
        }
    }

    @Test func missingVolumeIsNotFound() throws {
        try withPool(volumes: ["gone"]) { fixture in
            let pool = try Pool(named: "pool", fixture.connection)
            #expect(
                errorKind {
                    _ = try pool.source(fileName("none"), fixture.connection, UnconfinedGate())
                }
                    == .notFound)
            #expect(
                errorKind {
                    _ = try pool.source(fileName("gone"), fixture.connection, UnconfinedGate())
                }
                    == .badRequest)
        }
    }
}

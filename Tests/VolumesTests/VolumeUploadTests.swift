import Libvirt
import Protocol
import System
import TestSupport
import Testing
import Wire

@testable import Volumes

@Suite struct VolumeUploadTests {
    /// Uploads a body to the volume `new` and returns its format.
    private func upload(
        _ body: [UInt8], to fixture: PoolFixture, expected: Int? = nil, format: String? = nil,
        isSparse: Bool = true, sha256: String? = nil, isReplacing: Bool = false
    ) throws -> String {
        let client = try fixture.client(sending: body, expected: expected)
        let upload = VolumeUpload(
            name: try fileName("new"), length: .bytes(UInt64(expected ?? body.count)),
            format: format,
            isSparse: isSparse, sha256: sha256, isReplacing: isReplacing)
        var progress = Progress(nil)
        return try fixture.open().receive(upload, client.wire, fixture.overwriting(), &progress)
    }

    private let text = Array("text\n".utf8)
    private let sum = "b9e68e1bea3e5b19ca6b2f98b73a54b73daafaa250484902e09982e07a12e733"

    @Test func bodyBecomesVolume() throws {
        try withPool { fixture throws in
            #expect(try upload(text, to: fixture) == "raw")
            #expect(try fixture.content("new") == "text\n")
            #expect(try fixture.names() == ["new"])
        }
    }

    @Test func emptyBodyBecomesEmptyVolume() throws {
        try withPool { fixture throws in
            #expect(try upload([], to: fixture) == "raw")
            #expect(try fixture.content("new") == "")
        }
    }

    @Test(arguments: [true, false])
    func zerosBecomeHolesUnlessWanted(isSparse: Bool) throws {
        try withPool { fixture in
            var body = [UInt8](repeating: 0, count: 8 << 20)
            body[4 << 20] = 1
            _ = try upload(body, to: fixture, isSparse: isSparse)
            let status = try fixture.status("new")
            #expect(status.size == 8 << 20)
            #expect((status.allocatedSize < 1 << 20) == isSparse)
            let isEqual = try contents(of: "\(fixture.path)/new", limit: 8 << 20) == body
            #expect(isEqual)
        }
    }

    @Test func takenNameIsRefusedUnlessReplaced() throws {
        try withPool { fixture in
            try fixture.put("old", "new")
            do {
                _ = try upload(text, to: fixture)
                Issue.record("uploaded")
            } catch let error as RequestError {
                #expect(error.kind == .exists)
                #expect(
                    error.message
                        == "volume 'new' already exists in pool 'pool'; replace replaces it")
            }
            #expect(try fixture.content("new") == "old")
            _ = try upload(text, to: fixture, isReplacing: true)
            #expect(try fixture.content("new") == "text\n")
        }
    }

    @Test func checksumIsVerified() throws {
        try withPool { fixture in
            let wrong = String(repeating: "0", count: 64)
            do {
                _ = try upload(text, to: fixture, sha256: wrong)
                Issue.record("uploaded")
            } catch let error as RequestError {
                #expect(error.kind == .badRequest)
                #expect(
                    error.message
                        == "the bytes for volume 'new' have the SHA-256 \(sum), not \(wrong)")
            }
            #expect(try fixture.names() == [])
            _ = try upload(text, to: fixture, sha256: sum)
            #expect(try fixture.names() == ["new"])
        }
    }

    @Test func formatIsVerified() throws {
        try withPool { fixture throws in
            let qcow2 = Array("QFI".utf8) + [0xFB, 0, 0, 0, 3]
            for (body, format) in [(text, "qcow2"), (qcow2, "raw"), (qcow2, "vmdk")] {
                let kind = errorKind { _ = try upload(body, to: fixture, format: format) }
                #expect(kind == .badRequest)
                #expect(try fixture.names() == [])
            }
            #expect(try upload(qcow2, to: fixture, format: "qcow2") == "qcow2")
        }
    }

    @Test func truncatedBodyLeavesNoFile() throws {
        try withPool { fixture in
            try fixture.put("old", "new")
            for sha256 in [nil, sum] {
                #expect(throws: Wire.Truncated.self) {
                    try upload(
                        text, to: fixture, expected: 100, sha256: sha256, isReplacing: true)
                }
                #expect(try fixture.content("new") == "old")
                #expect(try fixture.names() == ["new"])
            }
        }
    }

    @Test func impossibleLengthIsNoSpace() throws {
        try withPool { fixture in
            let client = try fixture.client(sending: [])
            for length in [UInt64.max, UInt64(Int64.max)] {
                let upload = VolumeUpload(
                    name: try fileName("new"), length: .bytes(length), format: nil, isSparse: true,
                    sha256: nil, isReplacing: false)
                var progress = Progress(nil)
                let kind = errorKind {
                    _ = try fixture.open().receive(
                        upload, client.wire, fixture.overwriting(), &progress)
                }
                #expect(kind == .noSpace)
            }
            #expect(try fixture.names() == [])
        }
    }

    @Test func uploadToTheEndOfInput() throws {
        try withPool { fixture in
            // The zeros at the end become a hole, which does not make the file longer by itself.
            let body = [UInt8](repeating: 1, count: 5000) + [UInt8](repeating: 0, count: 3 << 20)
            let client = try fixture.client(sending: body)
            client.wire.expectBody(.toEndOfInput)
            let upload = VolumeUpload(
                name: try fileName("new"), length: .toEndOfInput, format: nil, isSparse: true,
                sha256: nil, isReplacing: false)
            var progress = Progress(nil)
            _ = try fixture.open().receive(upload, client.wire, fixture.overwriting(), &progress)
            #expect(try fixture.status("new").size == Int64(body.count))
            #expect(try fixture.status("new").allocatedSize < 1 << 20)
        }
    }

    @Test func progressReachesLength() throws {
        try withPool { fixture in
            let client = try fixture.client(sending: [UInt8](repeating: 1, count: 3 << 20))
            let upload = VolumeUpload(
                name: try fileName("new"), length: .bytes(3 << 20), format: nil, isSparse: true,
                sha256: nil, isReplacing: false)
            var reports: [[UInt64?]] = []
            var progress = Progress { reports.append([$0, $1]) }
            _ = try fixture.open().receive(upload, client.wire, fixture.overwriting(), &progress)
            #expect(reports.last == [3 << 20, 3 << 20])
            #expect(reports.allSatisfy { $0[1] == 3 << 20 })
        }
    }

    @Test func volumeOfOtherPoolIsStreamed() throws {
        // The test driver has no streams, so that this shows the choice and the rollback.
        try withPool(type: "logical") { fixture in
            let pool = try Pool(named: "pool", fixture.connection)
            let hasDirectory = try pool.directoryPool(forWriting: true) != nil
            #expect(!hasDirectory)
            let client = try fixture.client(sending: text)
            let upload = VolumeUpload(
                name: try fileName("new"), length: .bytes(5), format: nil, isSparse: true,
                sha256: nil,
                isReplacing: false)
            var progress = Progress(nil)
            let kind = errorKind {
                _ = try pool.receive(
                    upload, client.wire, fixture.host, fixture.overwriting(), &progress)
            }
            #expect(kind == .unsupported)
            #expect(try pool.pool.volumes().isEmpty)
        }
    }
}

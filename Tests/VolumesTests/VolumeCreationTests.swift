import Libvirt
import Protocol
import System
import TestSupport
import Testing

@testable import Volumes

@Suite struct VolumeCreationTests {
    @Test func rawVolumeIsSparse() throws {
        try withPool { fixture in
            let pool = try fixture.open()
            try pool.create(
                fileName("new"), .raw, size: 1 << 40, replacing: false, fixture.overwriting())
            try pool.create(
                fileName("empty"), .raw, size: 0, replacing: true, fixture.overwriting())
            let status = try fixture.status("new")
            #expect(status.size == 1 << 40 && status.allocatedSize == 0)
            #expect(status.mode == 0o600)
            #expect(try fixture.names() == ["empty", "new"])
        }
    }

    @Test(arguments: VolumeFormat.allCases)
    func takenNameIsRefused(format: VolumeFormat) throws {
        try withPool { fixture in
            try fixture.put("old", "new")
            do {
                try fixture.open().create(
                    fileName("new"), format, size: 1, replacing: false, fixture.overwriting())
                Issue.record("created")
            } catch let error as RequestError {
                #expect(error.kind == .exists)
                #expect(
                    error.message == "volume 'new' already exists in pool 'pool'; "
                        + "remove_existing replaces it")
            }
            #expect(try fixture.content("new") == "old")
            #expect(try fixture.names() == ["new"])
        }
    }

    @Test func rawVolumeReplacesInOneStep() throws {
        try withPool { fixture in
            try fixture.put("old", "new")
            let reader = try FileDescriptor.reading("\(fixture.path)/new")
            try fixture.open().create(
                fileName("new"), .raw, size: 3, replacing: true, fixture.overwriting())
            #expect(try fixture.content("new") == "\0\0\0")
            #expect(try reader.contents(limit: 9) == Array("old".utf8))
        }
    }

    @Test func impossibleSizeIsNoSpace() throws {
        try withPool { fixture in
            try fixture.put("old", "new")
            let kind = errorKind {
                try fixture.open().create(
                    fileName("new"), .raw, size: .max, replacing: true, fixture.overwriting())
            }
            #expect(kind == .noSpace)
            #expect(try fixture.content("new") == "old")
            #expect(try fixture.names() == ["new"])
        }
    }

    /// The test driver has no preallocation, so that libvirt refuses.
    @Test(arguments: [false, true])
    func refusedQcow2VolumeChangesNothing(isTaken: Bool) throws {
        try withPool { fixture in
            if isTaken { try fixture.put("old", "new") }
            let pool = try fixture.open()
            do {
                try pool.create(
                    fileName("new"), .qcow2, size: 1 << 20, replacing: true, fixture.overwriting())
                Issue.record("created")
            } catch let error as RequestError {
                #expect(error.kind == .libvirt && error.libvirt != nil)
                #expect(error.message.hasPrefix("cannot make volume '"))
            }
            #expect(try fixture.names() == (isTaken ? ["new"] : []))
            #expect(try pool.pool.volumes().isEmpty)
        }
    }

    @Test func leftoverDirectoryIsNotReplaced() throws {
        try withPool { fixture in
            try Directory.make("\(fixture.path)/new")
            for format in VolumeFormat.allCases {
                let kind = errorKind {
                    try fixture.open().create(
                        fileName("new"), format, size: 1, replacing: true, fixture.overwriting())
                }
                #expect(kind == .badRequest)
            }
        }
    }
}

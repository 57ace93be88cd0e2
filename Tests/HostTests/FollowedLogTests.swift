import Testing

@testable import Host

/// Logs that are rotated while they are read.
@Suite struct FollowedLogTests {
    @Test func noFileIsSkippedHoweverFastTheyAreRotated() throws {
        let path = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-test-")
        defer { Directory.removeTree(path) }
        let log = "\(path)/log"
        try append("0\n", to: log)
        let followed = try FollowedLog(log, from: .first)
        let count = 60
        var text = ""
        let rotate: @Sendable () -> Void = {
            do {
                for number in 1...count {
                    try Self.rotate(path, files: number - 1)
                    try append("\(number)\n", to: log)
                }
            } catch { Issue.record(error) }
        }
        try alongside(rotate) {
            var buffer = [UInt8](repeating: 0, count: 100)
            let deadline = ContinuousClock.now + .seconds(20)
            while !text.hasSuffix("\n\(count)\n") {
                let length = try followed.read(into: &buffer)
                text += String(decoding: buffer[..<length], as: UTF8.self)
                guard length == 0 else { continue }
                try #require(try waitForAny(of: [followed.watch], until: deadline))
            }
        }
        #expect(text == (0...count).map { "\($0)\n" }.joined())
    }

    /// What virtlogd does, with any number of old files.
    private static func rotate(_ path: String, files: Int) throws {
        let directory = try Directory(path)
        for old in (0..<files).reversed() {
            try directory.rename("log.\(old)", to: "log.\(old + 1)")
        }
        try directory.rename("log", to: "log.0")
    }
}

private func append(_ text: String, to path: String) throws {
    let file = try pathExists(path) ? OpenFile.appending(path) : OpenFile.creating(path)
    try file.write(Array(text.utf8).span)
}

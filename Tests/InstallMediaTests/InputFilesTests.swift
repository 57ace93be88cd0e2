import Glibc
import System
import Testing

@testable import InstallMedia

@Suite struct InputFilesTests {
    @Test func standardInputIsAFile() throws {
        let folder = try Folder()
        try folder.add("sent", "#cloud-config\n")
        let files = InputFiles.words { () throws(SystemError) in
            try .reading("\(folder.path)/sent")
        }
        for path in ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
            #expect(try files.contents(of: path, limit: 100) == Array("#cloud-config\n".utf8))
        }
        var data = CloudInit()
        data.userData = "/dev/stdin"
        #expect(try data.files(.v41, reading: files)[1].bytes == Array("#cloud-config\n".utf8))
        let injection = try Injection(["/dev/stdin"], reading: files)
        #expect(injection.summary == "/dev/stdin")
        #expect(throws: MediaError.self) { try files.contents(of: "/dev/stdout", limit: 100) }
        #expect(throws: MediaError.self) { try files.contents(of: "/dev/stdin", limit: 3) }
    }

    private func message(_ use: () throws -> Void) -> String {
        do {
            try use()
            return "no error"
        } catch {
            return (error as? MediaError)?.message ?? "another error"
        }
    }

    @Test(arguments: ["/dev/stdin", "/dev/stdout", "/dev/fd/7", "/proc/self/fd/0"])
    func lineProtocolHasNoStreams(path: String) {
        let files = InputFiles.lineProtocol
        let start = "cannot use '\(path)': standard input and output carry the requests"
        #expect(message { _ = try files.contents(of: path, limit: 9) }.hasPrefix(start))
        #expect(message { try files.checkPlace(path) }.hasPrefix(start))
        #expect(message { try files.checkPlace("file://\(path)") }.contains("carry the requests"))
    }

    @Test func relativeNamesAreUploads() {
        let words = InputFiles.words { () throws(SystemError) in throw .noSuchFile }
        let start = "there is no file 'no.cfg' on this host"
        #expect(message { _ = try words.contents(of: "no.cfg", limit: 9) }.hasPrefix(start))
        #expect(message { try words.checkPlace("no.cfg") }.hasPrefix(start))
        #expect(message { try words.checkPlace("https://192.0.2.1/tree") } == "no error")
        #expect(message { try words.checkPlace("/images/a.iso") } == "no error")
        let files = InputFiles.lineProtocol
        #expect(message { try files.checkPlace("a.iso") } == "no error")
        #expect(
            message { _ = try files.contents(of: "no.cfg", limit: 9) }
                == "[Errno 2] No such file or directory: 'no.cfg'")
    }
}

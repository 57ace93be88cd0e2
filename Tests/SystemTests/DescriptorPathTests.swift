import Glibc
import System
import TestSupport
import Testing

@Suite struct DescriptorPathTests {
    @Test(arguments: [
        ("/dev/stdin", 0), ("/dev/stdout", 1), ("/dev/stderr", 2), ("/dev/fd/0", 0),
        ("/dev/fd/17", 17), ("/proc/self/fd/1", 1), ("/proc/thread-self/fd/0", 0),
        ("/dev/../dev/stdin", 0), ("//dev//fd/1", 1),
    ])
    func descriptorsAreRecognized(path: String, number: Int32) {
        #expect(DescriptorPath(path)?.number == number)
    }

    @Test(arguments: [
        "", "-", "/", ".", "..", "stdin", "/dev/null", "/dev/fd", "/proc/self/fd/", "/dev/stdin/x",
        "/proc/1/fd/0", "/nope/stdin", "/dev/fd/x",
    ])
    func otherPathsAreFiles(path: String) { #expect(DescriptorPath(path) == nil) }

    @Test func linksAreFollowed() throws {
        try inTemporaryDirectory { path in
            try #require(symlink("/dev/stdin", "\(path)/in") == 0)
            try #require(symlink("in", "\(path)/relative") == 0)
            try #require(symlink("round", "\(path)/round") == 0)
            #expect(DescriptorPath("\(path)/relative")?.stream == .input)
            #expect(DescriptorPath("\(path)/round") == nil)
        }
    }
}

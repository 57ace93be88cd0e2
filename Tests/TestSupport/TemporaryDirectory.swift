import Glibc
package import System

/// Runs `body` with the path of a new directory, which is removed afterwards.
package func inTemporaryDirectory<Value>(_ body: (_ path: String) throws -> Value) throws -> Value {
    let path = try Directory.makeTemporary(prefix: "/var/tmp/atex-virt-helper-test-")
    defer { Directory.removeTree(path) }
    return try body(path)
}

/// The contents of a small file as text.
package func text(of path: String) throws(SystemError) -> String {
    String(decoding: try contents(of: path, limit: 1 << 24), as: UTF8.self)
}

/// Creates a file, or replaces its contents.
package func write(_ text: String, to path: String) throws(SystemError) {
    let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    try file.write(Array(text.utf8))
}

/// The names in a directory, sorted.
package func names(in path: String) throws(SystemError) -> [String] {
    try Directory(path).names().sorted()
}

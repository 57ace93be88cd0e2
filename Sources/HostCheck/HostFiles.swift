import Protocol
import System

/// The text of a file.
func text(of path: String, limit: Int = 4 << 20) throws(RequestError) -> String {
    do throws(SystemError) {
        return String(decoding: try contents(of: path, limit: limit), as: UTF8.self)
    } catch { throw RequestError("cannot read '\(path)'", error) }
}

/// The text of a file; `nil` if it does not exist. With `owner`, fails for a file of another user:
/// a user could point a link at a file that only root may read, and we would quote from it.
func textIfPresent(_ path: String, ownedBy owner: UInt32? = nil) throws(RequestError) -> String? {
    do throws(SystemError) {
        let file =
            if let owner { try FileDescriptor.reading(path, ownedBy: owner) } else {
                try FileDescriptor.reading(path)
            }
        return String(decoding: try file.contents(limit: 4 << 20), as: UTF8.self)
    } catch {
        if error.condition == .notFound { return nil }
        throw RequestError("cannot read '\(path)'", error)
    }
}

/// The names in a directory, sorted; empty if it does not exist.
func names(in path: String) throws(RequestError) -> [String] {
    do throws(SystemError) { return try Directory.names(in: path).sorted() } catch {
        if error.condition == .notFound { return [] }
        throw RequestError("cannot list '\(path)'", error)
    }
}

/// Whether a path certainly does not exist: false also if it cannot be examined.
func isMissing(_ path: String) -> Bool {
    do throws(SystemError) { _ = try FileStatus(of: path) } catch {
        return error.condition == .notFound
    }
    return false
}

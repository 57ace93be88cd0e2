import System

extension PolicyFile {
    /// Reads the file once and parses it. Only root, or the user who runs this process, may be able
    /// to write it. `nil` if the file does not exist.
    package static func read(
        _ path: String, _ vocabulary: @autoclosure () -> PolicyVocabulary
    ) throws(PolicyFileError) -> PolicyFile? {
        let bytes: [UInt8]
        do throws(ProtectedFile.Failure) {
            bytes = try ProtectedFile.contents(of: path, limit: sizeLimit)
        } catch {
            switch error {
            case .system(let error) where error.condition == .notFound: return nil
            case .system(let error):
                throw PolicyFileError(path: path, problem: "cannot read it: \(error.message)")
            case .unsafe(let problem): throw PolicyFileError(path: path, problem: problem)
            }
        }
        return try PolicyFile(parsing: bytes, path: path, vocabulary())
    }

    /// As above; a file that does not exist is an error.
    package static func readExisting(
        _ path: String, _ vocabulary: PolicyVocabulary
    ) throws(PolicyFileError) -> PolicyFile {
        guard let file = try read(path, vocabulary) else {
            throw PolicyFileError(
                path: path, problem: "there is no such file; atex-virt-helper-roles(5) describes it"
            )
        }
        return file
    }
}

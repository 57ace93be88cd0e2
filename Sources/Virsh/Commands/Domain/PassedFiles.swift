extension ParsedOptions {
    /// The descriptor numbers in an option's list, e.g. `3,5`; `nil` if the option is missing or
    /// empty. virsh 9.0.0: `virshFetchPassFdsList`.
    func files<Value>(_ key: Key<Value>) throws(CommandFailure) -> [Int32]? {
        guard let list = raw(key), !list.isEmpty else { return nil }
        var files: [Int32] = []
        for word in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let file = signedNumber(String(word)).flatMap({ Int32(exactly: $0) }) else {
                throw CommandFailure("Unable to parse FD number '\(word)'")
            }
            files.append(file)
        }
        return files
    }
}

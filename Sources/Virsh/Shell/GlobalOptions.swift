extension Shell {
    /// Words with virsh's own options in front.
    func runGlobal(_ words: [String]) throws(SyntaxError) -> Bool {
        // Without a command virsh is interactive: it shows its prompt and reads nothing.
        guard !words.isEmpty else {
            print("virsh # \n")
            return true
        }
        return try runCommands(words)
    }
}

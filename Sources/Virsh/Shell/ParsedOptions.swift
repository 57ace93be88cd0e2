/// The options given in one call of a command.
package struct ParsedOptions: Sendable {
    /// In the order given; `word` is `nil` for a flag.
    let values: [(index: Int, word: String?)]

    /// An option's value, converted on access: if there are two mistakes, virsh reports the one
    /// that its body reads first.
    package subscript<Value>(key: Key<Value>) -> Value {
        get throws { try key.read(self) }
    }

    /// Whether the option was given, even with an invalid value.
    package func has<Value>(_ key: Key<Value>) -> Bool { has(key.index) }

    /// The option's word, unconverted.
    package func raw<Value>(_ key: Key<Value>) -> String? { word(key.index) }

    func has(_ index: Int) -> Bool { values.contains { $0.index == index } }
    func word(_ index: Int) -> String? { values.first { $0.index == index }?.word }
    func words(_ index: Int) -> [String] { values.filter { $0.index == index }.compactMap(\.word) }
}

extension ParsedOptions {
    /// The union of the flags whose options were given. Fails if one of them was given with `tree`.
    func flags<Flags: OptionSet>(
        _ options: [(Key<Bool>, Flags)], unless tree: Key<Bool>? = nil
    ) throws(CommandFailure) -> Flags where Flags.Element == Flags {
        var flags: Flags = []
        for (option, flag) in options where has(option) {
            if let tree, has(tree) {
                throw CommandFailure("--\(option.name) and --\(tree.name) are mutually exclusive")
            }
            flags.insert(flag)
        }
        return flags
    }
}

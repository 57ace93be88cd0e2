extension InstallOption {
    /// virt-install 4.1.0: `ParserConsole`.
    static let console = characterDevice("console", none: .noDefaultDevice())
}

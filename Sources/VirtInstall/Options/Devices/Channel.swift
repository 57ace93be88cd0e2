extension InstallOption {
    /// virt-install 4.1.0: `ParserChannel`.
    static let channel = characterDevice("channel", none: .noDefaultDevice())
}

extension InstallOption {
    /// virt-install 4.1.0: `ParserSerial`.
    static let serial = characterDevice("serial", none: .value)
}

extension InstallOption {
    /// virt-install 4.1.0: `ParserParallel`.
    static let parallel = characterDevice("parallel", none: .value)
}

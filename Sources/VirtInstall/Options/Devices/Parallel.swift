extension InstallOption {
    static let parallel = characterDevice("parallel", none: .value)
}

extension InstallOption {
    static let serial = characterDevice("serial", none: .value)
}

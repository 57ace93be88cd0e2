extension InstallOption {
    static let channel = characterDevice("channel", none: .noDefaultDevice)
}

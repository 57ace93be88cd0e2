extension InstallOption {
    static let console = characterDevice("console", none: .noDefaultDevice)
}

import XML

/// Adds the defaults of a device: those of its sub-options, and those that its option adds.
/// virt-install 4.1.0: `set_defaults` of the devices.
func addDeviceDefaults(_ device: Node, of guest: Guest) throws {
    // The emulator is among the devices, too, but has no option.
    let options = installOptions(guest.version)
    guard let option = options.first(where: { $0.deviceKind == device.name }) else { return }
    let subOptions = option.subOptions(guest.version)
    for row in subOptions.rows {
        guard let fallback = row.fallback, device.value(row.path) == nil else { continue }
        device.set(row.path, try fallback.value(device, guest))
    }
    try subOptions.hooks.addDefaults(device, guest)
}

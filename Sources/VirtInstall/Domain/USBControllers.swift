import XML

/// Adds an EHCI controller and its companions for slower devices.
func addUSB2Controllers(_ guest: Guest) {
    let models = [
        ("ich9-ehci1", nil), ("ich9-uhci1", "0"), ("ich9-uhci2", "2"), ("ich9-uhci3", "4"),
    ]
    for (model, port) in models {
        let controller = guest.addDevice("controller")
        controller.set("type", to: "usb")
        controller.set("model", to: model)
        controller.set("master/@startport", port)
    }
}

/// Adds an xHCI controller with the most ports that QEMU supports.
func addUSB3Controller(_ guest: Guest) {
    let controller = guest.addDevice("controller")
    controller.set("type", to: "usb")
    controller.set("model", to: guest.host.isQEMU ? "qemu-xhci" : "nec-xhci")
    controller.set("ports", to: "15")
}

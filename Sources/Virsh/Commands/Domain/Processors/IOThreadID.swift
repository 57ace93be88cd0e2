/// Checks the id of an I/O thread, which libvirt counts from 1. The commands that add, set and
/// delete one share this; `iothreadpin` leaves the check to libvirt.
/// virsh 9.0.0: `cmdIOThreadAdd`.
func ioThreadID(_ id: Int32) throws(CommandFailure) -> UInt32 {
    guard id > 0 else { throw CommandFailure("Invalid IOThread id value: '\(id)'") }
    return UInt32(id)
}

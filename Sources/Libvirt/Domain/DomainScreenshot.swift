import CLibvirt

extension Domain {
    /// Lets a picture of a screen flow into a stream; the picture's type, e.g. `image/png`.
    /// C: `virDomainScreenshot`.
    package func screenshot(
        to stream: borrowing DataStream, screen: UInt32
    ) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainScreenshot(pointer, stream.pointer, screen, 0)))
    }
}

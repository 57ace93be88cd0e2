import CLibvirt

extension Domain {
    /// Makes a picture of a screen and starts to send it through a stream. Returns the picture's
    /// MIME type, e.g. `image/png`.
    /// C: `virDomainScreenshot`.
    package func screenshot(
        to stream: borrowing DataStream, screen: UInt32
    ) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainScreenshot(pointer, stream.pointer, screen, 0)))
    }
}

import CLibvirt

extension Domain {
    /// Has a graphical display read its certificates again. `type` is a
    /// `virDomainGraphicsReloadType`; 0 means any. C: `virDomainGraphicsReload`.
    package func reloadGraphics(type: UInt32) throws(LibvirtError) {
        try check(virDomainGraphicsReload(pointer, type, 0))
    }

    /// Makes a picture of a screen and starts to send it through a stream. Returns the picture's
    /// MIME type, e.g. `image/png`.
    /// C: `virDomainScreenshot`.
    package func screenshot(
        to stream: borrowing DataStream, screen: UInt32
    ) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainScreenshot(pointer, stream.pointer, screen, 0)))
    }
}

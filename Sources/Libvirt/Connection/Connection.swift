import CLibvirt
import Glibc

/// A connection to a hypervisor. C: `virConnectPtr`.
package final class Connection: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) let pointer: virConnectPtr
    /// Whether there is a daemon behind it, which may go.
    let hasOtherSide: Bool

    /// Opens a connection; `nil` as `uri` means libvirt's own default.
    /// C: `virConnectOpen`, `virConnectOpenReadOnly`.
    package init(_ uri: String?, readOnly: Bool = false) throws(LibvirtError) {
        // Before the connection is made: it hands its socket to the loop that exists then.
        EventLoop.register()
        pointer = try check(
            virConnectOpenAuth(
                uri, atex_default_authentication(), readOnly ? VIR_CONNECT_RO.rawValue : 0))
        EventLoop.start()
        // As virsh: a daemon that is silent for half a minute is gone. Drivers without a daemon
        // have nothing to keep alive and refuse, which is no error.
        let kept = virConnectSetKeepAlive(pointer, 5, 6)
        if kept != 0 { LibvirtError.forgetReported() }
        hasOtherSide = kept >= 0
    }

    deinit { virConnectClose(pointer) }

    /// Does something by this connection and, where that was lost, by new ones to `uri`, for the ten
    /// seconds that a daemon may take to restart: what must not stay half done.
    package func insisting(
        uri: String?, _ body: (Connection) throws(LibvirtError) -> Void
    ) throws(LibvirtError) {
        let end = ContinuousClock.now + .seconds(10)
        var connection: Connection? = self
        while true {
            do throws(LibvirtError) {
                if let connection { return try body(connection) }
                connection = try Connection(uri)
            } catch {
                guard error.isLoss, .now < end else { throw error }
                connection = nil
                usleep(200_000)
            }
        }
    }

    /// Whether the other side is still there, as far as is known without asking it.
    /// C: `virConnectIsAlive`.
    package var isAlive: Bool { virConnectIsAlive(pointer) == 1 }

    /// The URI in its full form, e.g. `qemu:///system`. C: `virConnectGetURI`.
    package func uri() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetURI(pointer)))
    }

    /// Whether its URI names no other host, as `qemu+ssh://host/system` does.
    package func isLocal() throws(LibvirtError) -> Bool {
        let uri = try uri()
        guard let scheme = uri.firstIndex(of: ":") else { return true }
        return !uri[scheme...].hasPrefix("://") || uri[scheme...].hasPrefix(":///")
    }

    /// The host's name as the hypervisor gives it. C: `virConnectGetHostname`.
    package func hostname() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetHostname(pointer)))
    }

    /// Asks for signs of life every `interval` seconds; the connection ends after `count` that
    /// did not come. C: `virConnectSetKeepAlive`.
    package func setKeepAlive(interval: Int32, count: UInt32) throws(LibvirtError) {
        try check(virConnectSetKeepAlive(pointer, interval, count))
    }
}

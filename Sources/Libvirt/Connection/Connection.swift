import CLibvirt
package import Policy
import System
import Text

/// A connection to a hypervisor. C: `virConnectPtr`.
package final class Connection: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virConnectPtr
    /// Whether a daemon serves the connection, so that it can break.
    package let hasDaemon: Bool
    let localEvents: LocalEvents
    /// Which objects of the host exist for the user of this connection: gate 3. Lists do not
    /// contain others, look-ups do not find them, and their events are not delivered.
    package let policy: Policy

    /// How many files opening a connection opens at the same time, with some to spare. GLib ends
    /// the process if it cannot make an event descriptor.
    private static let neededDescriptors = 6

    /// How long to wait for pings of a silent daemon: it counts as lost after 30 s. virsh waits for
    /// one ping more.
    package static let keepAlive: (interval: Int32, count: UInt32) = (5, 5)

    /// Opens a connection; `nil` as `uri` means libvirt's default. Blocks for as long as the daemon
    /// is silent: use `open(_:readOnly:policy:until:)` unless the driver has no daemon.
    /// C: `virConnectOpen`, `virConnectOpenReadOnly`.
    package init(
        _ uri: String?, readOnly: Bool = false, policy: Policy = .unconfined
    ) throws(LibvirtError) {
        self.policy = policy
        do throws(SystemError) { try FileDescriptor.requireSpare(Self.neededDescriptors) } catch {
            let error = LibvirtError(
                code: .systemError,
                message: "too few descriptors are left for a connection: \(error.message)",
                systemErrorNumber: error.number)
            error.reportAsLast()
            throw error
        }
        // A connection gives its socket to the event loop that is registered when it opens, so
        // register first. Start the thread only afterwards: a failed open needs no thread.
        EventLoop.register()
        pointer = try check(
            // libvirt's default callbacks, as in virsh: some drivers ask for a user name and a
            // password.
            virConnectOpenAuth(
                uri, atex_default_authentication(), readOnly ? VIR_CONNECT_RO.rawValue : 0))
        EventLoop.start()
        // Drivers without a daemon refuse the call (-1), which is not an error; a daemon that is
        // too old for it returns 1.
        let kept = virConnectSetKeepAlive(
            pointer, Self.keepAlive.interval, Self.keepAlive.count)
        if kept != 0 { LibvirtError.forgetReported() }
        hasDaemon = kept >= 0
        localEvents = LocalEvents()
    }

    /// Another reference to the connection of `other`.
    private init(_ other: Connection, policy: Policy) {
        pointer = other.pointer
        hasDaemon = other.hasDaemon
        localEvents = other.localEvents
        self.policy = policy
        virConnectRef(pointer)
    }

    /// The same connection with all objects of the host, for what the program itself must know: for
    /// example which other domains use a volume. Never show what it returns to a client.
    package var unfiltered: Connection {
        policy.showsAllObjects ? self : Connection(self, policy: .unconfined)
    }

    // Drops one reference: libvirt's objects and streams keep their own.
    deinit { virConnectClose(pointer) }

    /// Whether the connection works, as far as libvirt knows without sending anything.
    /// C: `virConnectIsAlive`.
    package var isAlive: Bool { virConnectIsAlive(pointer) == 1 }

    /// The URI in canonical form, e.g. `qemu:///system`. C: `virConnectGetURI`.
    package func uri() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetURI(pointer)))
    }

    /// Whether libvirt runs on this machine: true for `qemu:///system`, false for
    /// `qemu+ssh://host/system`.
    package func isLocal() throws(LibvirtError) -> Bool { URI(try uri()).isLocal }

    /// The host's name as the hypervisor reports it, e.g. `host1.example.com`.
    /// C: `virConnectGetHostname`.
    package func hostname() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetHostname(pointer)))
    }

    /// Pings the daemon when it was silent for `interval` seconds, and closes the connection after
    /// `count` pings without a reply. C: `virConnectSetKeepAlive`.
    package func setKeepAlive(interval: Int32, count: UInt32) throws(LibvirtError) {
        try check(virConnectSetKeepAlive(pointer, interval, count))
    }
}

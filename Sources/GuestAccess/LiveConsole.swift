import Libvirt
import Protocol
import System

/// The console device itself: what the guest writes from now on, and what it reads. It has one
/// client at a time.
final class LiveConsole: ConsoleSource {
    let name = "console"
    var waitable: any Waitable { wakeup }
    /// Woken by libvirt's event thread when bytes have arrived.
    private let wakeup: Wakeup
    private let flags: Domain.ConsoleFlags
    private var console: DomainConsole?
    /// The connection through which `console` was opened.
    private var connection: Connection
    private var failure: LibvirtError?

    init(_ run: DomainRun, force: Bool) throws {
        wakeup = try Wakeup()
        flags = force ? .force : []
        connection = run.connection
        try open(run)
    }

    private func open(_ run: DomainRun) throws {
        let wakeup = wakeup
        connection = run.connection
        do throws(LibvirtError) {
            console = try run.domain.openConsole(flags) { wakeup.wake() }
        } catch {
            // QEMU's driver reports a console that has a reader by this code.
            guard error.code == .operationFailed else {
                throw RequestError("cannot open the console of '\(run.name)'", error)
            }
            throw RequestError(
                .busy, "console of '\(run.name)' is in use by another client", object: run.name,
                hint: """
                    \(argument: "force", "true") disconnects that client; with a <log> in its \
                    <serial>, any number of clients can read it
                    """,
                libvirt: error)
        }
    }

    func receive(into buffer: inout [UInt8]) throws -> DomainConsole.Received {
        guard let console else { return .end }
        // Before receiving: bytes that arrive afterwards wake us again.
        _ = wakeup.clear()
        do throws(LibvirtError) { return try console.receive(into: &buffer) } catch {
            // Reported only if the domain is still running, see `resume`.
            failure = error
            return .end
        }
    }

    /// Sends a prefix of the bytes to the guest, and returns its length.
    func send(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let console else { return 0 }
        do throws(LibvirtError) { return try console.send(bytes) } catch {
            // `receive` finds out what has happened to the console.
            failure = error
            wakeup.wake()
            return bytes.count
        }
    }

    /// Holds libvirt's event loop: no more bytes are received, and the guest has to wait. Otherwise
    /// they would pile up in our memory while the client reads slowly.
    func forward(_ body: () throws -> Void) throws { try EventLoop.holding(body) }

    func isCutOff(_ run: DomainRun) -> Bool { connection !== run.connection }

    func resume(_ run: DomainRun) throws {
        // Close the old stream first: it may still count as a reader.
        console = nil
        // Domains keep running while libvirt's daemon restarts.
        if isCutOff(run) { return try open(run) }
        throw RequestError(
            .busy, "console of '\(run.name)' was taken by another client", object: run.name,
            libvirt: failure)
    }
}

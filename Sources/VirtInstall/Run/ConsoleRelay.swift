import Libvirt
import System

/// Writes the output of a guest's console to the run's output.
///
/// libvirt's event thread only wakes this thread. All reading and writing is done by the thread
/// that calls `show`, so the run's output has one writer.
final class ConsoleRelay {
    private let console: DomainConsole
    private let wakeup: Wakeup
    private let domain: Domain
    private let output: InstallOutput
    private let check: () throws -> Void
    private var nextCheck = ContinuousClock.now
    private var buffer = [UInt8](repeating: 0, count: 1 << 14)
    private var isOver = false

    /// The interval of checks whether the guest still runs. Some drivers do not report the end of a
    /// console.
    private static let checkInterval = Duration.seconds(5)

    /// `check` throws as soon as the guest's output must not be shown any more.
    init(_ domain: Domain, _ output: InstallOutput, _ check: @escaping () throws -> Void) throws {
        let wakeup = try Wakeup()
        self.check = check
        self.domain = domain
        self.output = output
        self.wakeup = wakeup
        // Forced, because the console of an earlier client may still be open. The closure runs on
        // libvirt's event thread.
        console = try domain.openConsole(.force) { wakeup.wake() }
    }

    /// Relays output until the console closes or the time is up; `nil` means without a limit.
    func show(until end: ContinuousClock.Instant?) throws {
        while !isOver {
            // Reset before reading: data that arrives after the read wakes us again.
            _ = wakeup.clear()
            if .now >= nextCheck {
                try check()
                nextCheck = .now + .seconds(1)
            }
            do throws(LibvirtError) {
                switch try console.receive(into: &buffer) {
                case .bytes(let count):
                    output.bytes(buffer[..<count])
                    continue
                case .nothing: break
                case .end:
                    isOver = true
                    continue
                }
            } catch {
                // Some drivers report the end of the console as an error.
                isOver = true
                continue
            }
            if let end, ContinuousClock.now >= end { return }
            let check = ContinuousClock.now + Self.checkInterval
            if try !waitForAny(of: [wakeup], until: end.map { min($0, check) } ?? check),
                hasEnded
            {
                isOver = true
            }
        }
    }

    private var hasEnded: Bool {
        do throws(LibvirtError) { return try !domain.isActive() } catch { return true }
    }
}

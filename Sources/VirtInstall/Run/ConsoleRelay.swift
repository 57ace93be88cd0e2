import Host
import Libvirt

/// Shows what a guest writes on its console.
final class ConsoleRelay {
    private let console: DomainConsole
    private let wakeup: Wakeup
    private let domain: Domain
    private let output: InstallOutput
    private var buffer = [UInt8](repeating: 0, count: 1 << 14)
    private var isOver = false

    /// How often it is looked whether the guest still runs, should its console not tell.
    private static let patience = Duration.seconds(5)

    init(_ domain: Domain, _ output: InstallOutput) throws {
        let wakeup = try Wakeup()
        self.domain = domain
        self.output = output
        self.wakeup = wakeup
        console = try domain.openConsole(.force) { wakeup.wake() }
    }

    /// Writes all that comes until the console is gone, or until then.
    func show(until end: ContinuousClock.Instant?) throws {
        while !isOver {
            _ = wakeup.take()
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
                // How a driver may tell the end.
                LibvirtError.forgetReported()
                isOver = true
                continue
            }
            if let end, ContinuousClock.now >= end { return }
            let look = ContinuousClock.now + Self.patience
            if try !waitForAny(of: [wakeup], until: end.map { min($0, look) } ?? look),
                hasEnded
            {
                isOver = true
            }
        }
    }

    private var hasEnded: Bool {
        do throws(LibvirtError) { return try !domain.isActive() } catch {
            LibvirtError.forgetReported()
            return true
        }
    }
}

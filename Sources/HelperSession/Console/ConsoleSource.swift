import Host
import Libvirt
import XML

/// Where a console's bytes come from.
protocol ConsoleSource: AnyObject {
    /// What a reply calls it.
    var name: String { get }
    /// When this happens, `receive` is worth a call.
    var waitable: any Waitable { get }
    /// What came, at the buffer's start; `end` where nothing more is to be expected.
    func receive(into buffer: inout [UInt8]) throws -> DomainConsole.Received
    /// Hands on what came; the guest is to wait where that takes long.
    func handOn(_ body: () throws -> Void) throws
    /// It ended, or was cut off, though its domain runs on: goes on where that can be, or fails.
    func resume(_ run: DomainRun) throws
    /// Whether nothing more can come since libvirt went away meanwhile.
    func isCutOff(_ run: DomainRun) -> Bool
}

/// The console itself: what is written from now on, to us and nobody else.
final class LiveConsole: ConsoleSource {
    let name = "console"
    var waitable: any Waitable { wakeup }
    private let wakeup: Wakeup
    private let flags: Domain.ConsoleFlags
    private var console: DomainConsole?
    /// The connection that `console` is of.
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
            guard error.code == .operationFailed else {
                throw Refusal("cannot open the console of '\(run.name)'", error)
            }
            throw Refusal(
                .busy, "console of '\(run.name)' is in use by another client", object: run.name,
                hint: "\"force\": true takes it from them; a <log> in its <serial> lets many read",
                libvirt: error)
        }
    }

    func receive(into buffer: inout [UInt8]) throws -> DomainConsole.Received {
        guard let console else { return .end }
        // Before receiving: what comes afterwards wakes again.
        _ = wakeup.take()
        do throws(LibvirtError) { return try console.receive(into: &buffer) } catch {
            failure = error
            return .end
        }
    }

    func handOn(_ body: () throws -> Void) throws { try EventLoop.holding(body) }

    func isCutOff(_ run: DomainRun) -> Bool { connection !== run.connection }

    func resume(_ run: DomainRun) throws {
        console = nil
        // A domain outlives the daemon's restart.
        if isCutOff(run) { return try open(run) }
        let message = "console of '\(run.name)' was taken by another client"
        throw Refusal(.busy, message, object: run.name, libvirt: failure)
    }
}

/// The file that the domain's console is logged to: any number of clients can read it.
final class LoggedConsole: ConsoleSource {
    let name = "log"
    var waitable: any Waitable { log.watch }
    private let log: FollowedLog

    init(_ log: FollowedLog) { self.log = log }

    func receive(into buffer: inout [UInt8]) throws -> DomainConsole.Received {
        let count = try log.read(into: &buffer)
        return count > 0 ? .bytes(count) : log.isClosed ? .end : .nothing
    }

    func handOn(_ body: () throws -> Void) throws { try body() }

    func isCutOff(_ run: DomainRun) -> Bool { false }

    func resume(_ run: DomainRun) { log.isClosed = false }
}

/// What a domain's description says of the log of its first console.
struct ConsoleLog {
    let path: String
    /// Whether earlier runs are in it as well.
    private let appends: Bool
    /// Where it ended before the domain was started; `nil` where it ran already.
    private let mark: FollowedLog.Mark?

    /// `nil` where there is none, or on a host that is not this one.
    init?(of domain: Domain, _ connection: Connection, isRunning: Bool) throws {
        guard try connection.isLocal() else { return nil }
        let root = try Document(parsing: domain.xml()).root
        // The first console mostly is another name of the first serial port.
        let logs = try ["console", "serial"].flatMap { device in
            try root.nodes(
                "devices/\(device)[1]/log | devices/\(device)[1][@type='file']/source")
        }
        guard let log = logs.first, let path = log["file"] ?? log["path"], path.hasPrefix("/")
        else { return nil }
        self.path = path
        appends = log["append"] == "on"
        mark = isRunning ? nil : FollowedLog.Mark(path)
    }

    /// The log of the run that began: from its first byte, where that can be told from those of
    /// earlier runs. `nil` where we may not read it.
    func open() -> FollowedLog? {
        let beginning: FollowedLog.Beginning =
            !appends ? .first : mark.map { .mark($0) } ?? .end
        do throws(SystemError) { return try FollowedLog(path, from: beginning) } catch {
            return nil
        }
    }
}

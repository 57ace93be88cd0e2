import Libvirt
import System
import XML

/// The file to which the domain's console is logged. Any number of clients can read it.
final class LoggedConsole: ConsoleSource {
    let name = "log"
    var waitable: any Waitable { log.watch }
    private let log: LogFollower

    init(_ log: LogFollower) { self.log = log }

    func receive(into buffer: inout [UInt8]) throws -> DomainConsole.Received {
        let count = try log.read(into: &buffer)
        return count > 0 ? .bytes(count) : log.isClosed ? .end : .nothing
    }

    func forward(_ body: () throws -> Void) throws { try body() }

    func isCutOff(_ run: DomainRun) -> Bool { false }

    func resume(_ run: DomainRun) { log.isClosed = false }
}

/// The log file of a domain's first console, from its XML.
struct ConsoleLog {
    private let path: String
    /// Whether the file also has the output of earlier runs.
    private let appends: Bool
    /// Where the log ended before the domain was started; `nil` if it was running already.
    private let mark: LogFollower.Mark?

    /// `nil` if the console is not logged, or if the domain is on another host.
    init?(of domain: Domain, _ connection: Connection, isRunning: Bool) throws {
        guard try connection.isLocal() else { return nil }
        let root = try Document(parsing: domain.xml()).root
        // The first console is mostly another name of the first serial port, which has the log.
        let logs = try ["console", "serial"].flatMap { device in
            try root.nodes(
                "devices/\(device)[1]/log | devices/\(device)[1][@type='file']/source")
        }
        guard let log = logs.first, let path = log["file"] ?? log["path"], path.hasPrefix("/")
        else { return nil }
        self.path = path
        appends = log["append"] == "on"
        mark = isRunning ? nil : LogFollower.Mark(path)
    }

    /// The log from the first byte of the present run, or from now on if earlier runs cannot be
    /// told apart. `nil` if this process may not read it.
    func open() -> LogFollower? {
        let start: LogFollower.Start = !appends ? .beginning : mark.map { .mark($0) } ?? .end
        // Any error, e.g. for a user other than root: the caller reads the device instead.
        do throws(SystemError) { return try LogFollower(path, from: start) } catch {
            return nil
        }
    }
}

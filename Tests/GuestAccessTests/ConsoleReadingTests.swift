import Confinement
import Libvirt
import Protocol
import System
import TestSupport
import Testing

@testable import GuestAccess

/// Consoles that are logged to a file: the test driver has no others.
@Suite struct ConsoleReadingTests {
    /// A domain whose console is logged, and a client.
    private struct Fixture {
        let host: HostConnection
        let client: TestClient
        let log: String

        func read(
            until expression: String? = nil, waitForStart: Bool = false,
            seconds: Double? = nil
        ) throws -> ConsoleReading.Summary {
            let deadline = seconds.map { ContinuousClock.now + .seconds($0) }
            var reading = try ConsoleReading(
                of: "vm1", host, client.wire, until: expression, waitForStart: waitForStart,
                force: false, deadline: deadline, UnconfinedGate())
            return try reading.run(until: deadline)
        }

        /// Runs `body` after a moment, on another thread, during `read`.
        func during(
            _ body: @escaping @Sendable (Domain) throws -> Void, _ read: () throws -> Void
        ) throws {
            let domain = try host.domain(named: "vm1")
            let run: @Sendable () -> Void = {
                pause(milliseconds: 100)
                do { try body(domain) } catch { Issue.record(error) }
            }
            try runConcurrently(run, with: read)
        }
    }

    private func withConsole(
        isRunning: Bool = true, logAttributes: String = "", _ body: (Fixture) throws -> Void
    ) throws {
        try inTemporaryDirectory { directory in
            let log = "\(directory)/console.log"
            let devices = """
                <devices><console type='pty'><log file='\(log)'\(logAttributes)/></console></devices>
                """
            let host = try TestHost(
                in: directory, domains: [TestHost.Domain("vm1", devices, isRunning: isRunning)])
            try body(
                Fixture(
                    host: HostConnection(uri: host.uri),
                    client: TestClient(sends: "", in: directory), log: log))
        }
    }

    @Test func readingEndsAtMatch() throws {
        try withConsole { fixture in
            try write("booting\nvm1 login: ", to: fixture.log)
            let summary = try fixture.read(until: "[a-z0-9]+ login: ")
            #expect(summary.end == .matched && summary.matched == "vm1 login: ")
            #expect(summary.source == "log" && summary.bytes == 19)
            #expect(try fixture.client.errors() == "booting\nvm1 login: ")
            #expect(try fixture.client.output() == "")
        }
    }

    @Test func laterBytesAreRead() throws {
        try withConsole { fixture in
            try write("lo", to: fixture.log)
            let log = fixture.log
            let append: @Sendable (Domain) throws -> Void = { _ in
                try FileDescriptor.appending(log).write(Array("gin: ".utf8))
            }
            try fixture.during(append) {
                let summary = try fixture.read(until: "login: ", seconds: 30)
                #expect(summary.end == .matched && summary.bytes == 7)
            }
        }
    }

    @Test func readingEndsAtDeadline() throws {
        try withConsole { fixture in
            try write("text", to: fixture.log)
            let summary = try fixture.read(seconds: 0.1)
            #expect(summary.end == .seconds && summary.bytes == 4 && summary.matched == nil)
            expectError(.timeout, "nothing on the console of 'vm1' matched in time: 'login'") {
                _ = try fixture.read(until: "login", seconds: 0.1)
            }
        }
    }

    @Test func readingEndsWithDomain() throws {
        try withConsole { fixture in
            try write("text", to: fixture.log)
            try fixture.during({ try $0.destroy() }) {
                let summary = try fixture.read()
                #expect(summary.end == .stopped && summary.bytes == 4)
            }
        }
    }

    @Test func matchThatCannotComeIsNotFound() throws {
        try withConsole { fixture in
            try write("text", to: fixture.log)
            try fixture.during({ try $0.destroy() }) {
                expectError(
                    .notFound, "domain 'vm1' stopped before its console showed 'login'"
                ) { _ = try fixture.read(until: "login") }
            }
        }
    }

    // MARK: Domains that are not running

    @Test func stoppedDomainIsError() throws {
        try withConsole(isRunning: false) { fixture in
            expectError(.libvirt, "domain 'vm1' is not running") { _ = try fixture.read() }
        }
    }

    @Test func startIsAwaited() throws {
        try withConsole(isRunning: false) { fixture in
            let log = fixture.log
            let start: @Sendable (Domain) throws -> Void = { domain in
                try write("login: ", to: log)
                try domain.start()
            }
            try fixture.during(start) {
                let summary = try fixture.read(
                    until: "login: ", waitForStart: true, seconds: 30)
                #expect(summary.end == .matched)
            }
        }
    }

    @Test func startIsAwaitedUntilDeadline() throws {
        try withConsole(isRunning: false) { fixture in
            expectError(.timeout, "domain 'vm1' was not started in time") {
                _ = try fixture.read(waitForStart: true, seconds: 0.1)
            }
        }
    }

    @Test func outputOfEarlierRunsIsSkipped() throws {
        try withConsole(isRunning: false, logAttributes: " append='on'") { fixture in
            try write("earlier login: ", to: fixture.log)
            let log = fixture.log
            let start: @Sendable (Domain) throws -> Void = { domain in
                try FileDescriptor.appending(log).write(Array("this login: ".utf8))
                try domain.start()
            }
            try fixture.during(start) {
                let summary = try fixture.read(
                    until: "[a-z]+ login: ", waitForStart: true, seconds: 30)
                #expect(summary.matched == "this login: ")
                #expect(try fixture.client.errors() == "this login: ")
            }
        }
    }

    // MARK: Errors

    @Test func invalidExpressionIsBadRequest() throws {
        try withConsole { fixture in
            expectError(.badRequest, "until '(' is not a valid regular expression: ") {
                _ = try fixture.read(until: "(")
            }
        }
    }

    @Test func missingDomainIsNotFound() throws {
        try withHost { host in
            try inTemporaryDirectory { directory in
                let client = try TestClient(sends: "", in: directory)
                expectError(.notFound, "there is no domain 'vm1'") {
                    _ = try ConsoleReading(
                        of: "vm1", host, client.wire, until: nil, waitForStart: true,
                        force: false, deadline: nil, UnconfinedGate())
                }
            }
        }
    }

    /// The test driver has no console device, and a log that cannot be opened is not used.
    @Test func consoleWithoutLogIsDevice() throws {
        try withConsole { fixture in
            expectError(.unsupported, "cannot open the console of 'vm1': ") {
                _ = try fixture.read()
            }
        }
    }
}

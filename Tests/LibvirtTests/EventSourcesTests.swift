import CLibvirt
import Glibc
import Synchronization
import Testing

@testable import Libvirt

/// The event loop that libvirt uses: what is watched, when callbacks run, and who is woken.
struct EventSourcesTests {
    /// The context of callbacks: what happened, in words.
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        /// What happened since the last call.
        func taken() -> [String] {
            lines.withLock { lines in
                defer { lines = [] }
                return lines
            }
        }
        static func at(_ context: UnsafeMutableRawPointer?) -> Log? {
            context.map { Unmanaged<Log>.fromOpaque($0).takeUnretainedValue() }
        }
    }

    private struct Pipe: ~Copyable {
        let (read, write): (Int32, Int32)

        init() {
            var ends: [Int32] = [-1, -1]
            pipe(&ends)
            (read, write) = (ends[0], ends[1])
        }

        deinit {
            close(read)
            close(write)
        }

        func fill() { _ = Glibc.write(write, "x", 1) }
    }

    private let log = Log()
    private let sources: EventSources

    private let readable = Int32(VIR_EVENT_HANDLE_READABLE.rawValue)
    private let hangup = Int32(VIR_EVENT_HANDLE_HANGUP.rawValue)

    init() throws { sources = try #require(EventSources.make()) }

    private func watch(_ descriptor: Int32, _ events: Int32) -> Int32 {
        sources.watch(
            descriptor, events,
            .init(
                { Log.at($3)?.add("watch \($0) of \($1): \($2)") },
                Unmanaged.passUnretained(log).toOpaque(), { Log.at($0)?.add("released") }))
    }

    private func time(_ milliseconds: Int32) -> Int32 {
        sources.time(
            milliseconds,
            .init(
                { Log.at($1)?.add("timer \($0)") }, Unmanaged.passUnretained(log).toOpaque(),
                { Log.at($0)?.add("released") }))
    }

    /// What happens in one turn of the loop; a timer ends the turn if nothing else does.
    private func turn() -> [String] {
        let end = time(0)
        #expect(sources.runOnce())
        _ = sources.remove(timer: end)
        let happened = log.taken().filter { $0 != "timer \(end)" }
        #expect(sources.runOnce())  // releases the context of that timer
        let more = log.taken()
        #expect(more.contains("released"))
        return happened
    }

    @Test func watchReportsWhatWasAskedFor() {
        let pipe = Pipe()
        let id = watch(pipe.read, readable)
        #expect(id > 0)
        #expect(turn() == [])
        pipe.fill()
        // As long as nobody reads, each turn reports it.
        #expect(turn() == ["watch \(id) of \(pipe.read): \(readable)"])
        #expect(turn() == ["watch \(id) of \(pipe.read): \(readable)"])
        sources.change(watch: id, 0)
        #expect(turn() == [])
        sources.change(watch: id, readable)
        #expect(turn() == ["watch \(id) of \(pipe.read): \(readable)"])
        #expect(sources.remove(watch: id))
        #expect(log.taken() == [])  // not in the thread that removes it
        #expect(turn() == ["released"])
        #expect(!sources.remove(watch: id))
    }

    @Test func watchThatIsOffDoesNotReportHangup() {
        let pipe = Pipe()
        let id = watch(pipe.read, readable)
        sources.change(watch: id, 0)
        close(pipe.write)
        #expect(turn() == [])
        sources.change(watch: id, readable)
        #expect(turn() == ["watch \(id) of \(pipe.read): \(hangup)"])
    }

    @Test func descriptorHasSeveralWatches() {
        let pipe = Pipe()
        let ids = [watch(pipe.read, readable), watch(pipe.read, readable)]
        pipe.fill()
        #expect(
            turn().sorted() == ids.map { "watch \($0) of \(pipe.read): \(readable)" }.sorted())
        #expect(sources.remove(watch: ids[0]))
        #expect(turn().sorted() == ["released", "watch \(ids[1]) of \(pipe.read): \(readable)"])
    }

    @Test func timersRingWhenTheyAreDue() {
        let (late, off) = (time(60_000), time(-1))
        let soon = time(30)
        let start = ContinuousClock.now
        #expect(sources.runOnce())
        #expect(log.taken() == ["timer \(soon)"])
        #expect(ContinuousClock.now - start >= .milliseconds(30))
        // It repeats until it is turned off.
        #expect(sources.runOnce())
        #expect(log.taken() == ["timer \(soon)"])
        sources.change(timer: soon, -1)
        #expect(turn() == [])
        for timer in [late, off, soon] { #expect(sources.remove(timer: timer)) }
        #expect(!sources.remove(timer: soon))
        #expect(turn() == ["released", "released", "released"])
    }

    @Test(arguments: ["watch", "timer", "removal"])
    func sleepingLoopNoticesChanges(what: String) async throws {
        let pipe = Pipe()
        let (id, timer) = (watch(pipe.read, 0), time(600_000))
        pipe.fill()
        let (sources, readable) = (sources, readable)
        async let turn = Task.detached {
            let start = ContinuousClock.now
            _ = sources.runOnce()
            return ContinuousClock.now - start
        }.value
        try await Task.sleep(for: .milliseconds(200))
        switch what {
        case "watch": sources.change(watch: id, readable)
        case "timer": sources.change(timer: timer, 0)
        default: _ = sources.remove(watch: id)
        }
        #expect(await turn < .seconds(60))
    }
}

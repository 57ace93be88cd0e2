import System

/// What the other sessions say about themselves in their files, as of its creation.
struct OtherSessions {
    private let all: [(process: Int32, facts: SessionFacts)]
    /// By the bytes of the domain's name.
    private let holders: [[UInt8]: Int32]
    /// The number of sessions whose records cannot be read.
    let unreadableCount: Int

    /// No other sessions are known.
    static let unknown = OtherSessions([])

    private init(_ all: [(process: Int32, facts: SessionFacts)], unreadableCount: Int = 0) {
        self.all = all
        self.unreadableCount = unreadableCount
        var holders: [[UInt8]: Int32] = [:]
        for (process, facts) in all {
            for domain in facts.domains { holders[Array(domain.name.utf8)] = process }
        }
        self.holders = holders
    }

    /// Reads the files of all other sessions, not that of this one, which is locked.
    init(_ state: StateDirectory) throws(SystemError) {
        let names: [String]
        do throws(SystemError) { names = try Directory.names(in: state.sessions) } catch {
            guard error == .noSuchFile else { throw error }
            names = []
        }
        var all: [(process: Int32, facts: SessionFacts)] = []
        var unreadableCount = 0
        for name in names {
            guard let process = Int32(name), process != ProcessInformation.id else { continue }
            do throws(SystemError) {
                switch try SessionFacts.record(of: process, state) {
                case .none: continue
                case .unreadable: unreadableCount += 1
                case .facts(let facts): all.append((process, facts))
                }
            } catch {
                // Something else than a session's file stands for no session.
                guard error.concernsOneFile else { throw error }
            }
        }
        self.init(all, unreadableCount: unreadableCount)
    }

    /// The session that says that it holds a domain.
    func holder(of domain: String) -> Int32? {
        holders.isEmpty ? nil : holders[Array(domain.utf8)]
    }

    /// The guests on demand of all of them.
    var guests: [(name: String, needs: GuestNeeds)] { all.flatMap(\.facts.guests) }

    /// The sessions that have lost their clients and that hold leased domains, but those that are
    /// ending.
    var withoutClients: [(process: Int32, facts: SessionFacts)] {
        all.filter { $0.facts.hasLostClient && !$0.facts.isEnding }
    }

    /// The sessions with the same identity.
    func sharing(identityOf own: SessionFacts) -> [SessionFacts] {
        all.map(\.facts).filter { $0.hasSameIdentity(as: own) }
    }
}

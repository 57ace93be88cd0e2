import Testing
import Text

@testable import HelperSession

@Suite struct HostRoomTests {
    /// 4 GiB, of which 3840 MiB are usable, and 32 virtual processors.
    private func room(availableKiB: UInt64? = nil, running: [RunningDomain] = []) -> HostRoom {
        HostRoom(memoryKiB: 4 << 20, processors: 2, availableKiB: availableKiB, running: running)
    }

    private func needs(_ gibibytes: UInt64, vcpus: UInt64 = 1) -> GuestNeeds {
        GuestNeeds(memoryKiB: gibibytes << 20, vcpus: vcpus)
    }

    @Test func guestsAndDomainsCountOnce() {
        let running = [
            RunningDomain(name: "guest", needs: needs(1)),
            RunningDomain(name: "other", needs: needs(1)),
        ]
        let guests = [(name: "guest", needs: needs(1)), (name: "coming", needs: needs(1))]
        #expect(room().shortage(for: needs(3), beside: []) == nil)
        #expect(room(running: running).shortage(for: needs(0), beside: guests) == nil)
        let shortage = room(running: running).shortage(for: needs(1), beside: guests)
        #expect(
            shortage?.message(showsHost: true)
                == "the host has no room for a guest with 1024 MiB of memory: its running domains "
                + "have 3072 MiB of 3840 MiB")
        #expect(
            shortage?.message(showsHost: false)
                == "the host has no room for a guest with 1024 MiB of memory")
    }

    @Test func whatTheHostNeverHas() {
        let full = room(
            availableKiB: 0, running: [RunningDomain(name: "other", needs: needs(3, vcpus: 32))])
        #expect(full.permanentShortage(for: needs(3, vcpus: 32)) == nil)
        let memory = full.permanentShortage(for: needs(4))
        #expect(
            memory?.permanentMessage(showsHost: true)
                == "the host can never have room for a guest with 4096 MiB of memory: guests can "
                + "have 3840 MiB")
        #expect(
            full.permanentShortage(for: needs(1, vcpus: 33))?.permanentMessage(showsHost: false)
                == "the host can never have room for a guest with 33 processors")
    }

    @Test func roomIsKeptForThoseWhoWait() {
        #expect(room().shortage(for: needs(1), beside: [], and: [needs(2)]) == nil)
        #expect(room().shortage(for: needs(1), beside: [], and: [needs(2), needs(1)]) != nil)
        let small = room(availableKiB: 2 << 20)
        #expect(small.shortage(for: needs(1), beside: [], and: [needs(1)]) == nil)
        #expect(
            small.shortage(for: needs(1), beside: [], and: [needs(2)])?.message(showsHost: true)
                == "the host has no room for a guest with 1024 MiB of memory: 2048 MiB are "
                + "available")
        let processors = room().shortage(
            for: needs(0, vcpus: 20), beside: [],
            and: [
                needs(0, vcpus: 13)
            ])
        #expect(
            processors?.message(showsHost: true)
                == "the host has no room for a guest with 20 processors: its running domains have "
                + "13 of 32, 16 for each of its own")
    }

    @Test func demandIsReadAsWritten() throws {
        let demand = GuestDemand(needs(2), ports: 2, of: [5100...5103, 6000...6000])
        var bytes: [UInt8] = []
        demand.json.write(to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(GuestDemand(try JSONParser.value(of: text)) == demand)
        for wrong in [
            "{}", "[]", #"{"memory": 1, "vcpus": 1, "ports": -1, "ranges": []}"#,
            #"{"memory": 1, "vcpus": 1, "ports": 1}"#,
        ] {
            #expect(GuestDemand(try JSONParser.value(of: wrong)) == nil)
        }
    }

    @Test func aRequestBlocksThoseThatNeedTheSame() {
        let low = GuestDemand(needs(1), ports: 1, of: [5100...5103])
        let high = GuestDemand(needs(1), ports: 1, of: [5104...5107])
        let both = GuestDemand(needs(1), ports: 1, of: [5000...5104])
        let none = GuestDemand(needs(1), ports: 0, of: [5100...5103])
        #expect(low.covers(low) && low.covers(both) && both.covers(high) && none.covers(low))
        #expect(!low.covers(high) && !low.covers(none))
        #expect(low.sharesPorts(with: both) && !low.sharesPorts(with: none))
    }
}

import Protocol
import Testing

@testable import HelperSession

@Suite struct SessionCommandTests {
    @Test func namesAreUnique() {
        let names = SessionCommand.all.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        #expect(SessionCommand.all.named("vol-copy")?.name == "copy-volume")
        #expect(SessionCommand.all.named("none") == nil)
    }

    @Test(arguments: SessionCommand.all.map(\.name))
    func declarationIsComplete(name: String) throws {
        let command = try #require(SessionCommand.all.named(name))
        let parameters = command.declared().parameters
        #expect(!command.summary.isEmpty)
        // `id` and `cmd` are members of every request.
        #expect(
            parameters.all.allSatisfy { !$0.meaning.isEmpty && !["id", "cmd"].contains($0.name) })
        let names = Set(parameters.all.map(\.name))
        #expect(names.count == parameters.all.count)
        #expect(parameters.alternatives.allSatisfy(names.contains))
        #expect(parameters.alternatives.count != 1)
        #expect(!command.example.isEmpty)
        // In words, arguments without names are given in this order. A pool comes first although it
        // may be left out: then the others need their names.
        let isRequired = parameters.all.filter { $0.name != "pool" }.map(\.isRequired)
        #expect(isRequired.lastIndex(of: true) ?? -1 < isRequired.firstIndex(of: false) ?? .max)
    }
}

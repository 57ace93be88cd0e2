import Testing

@testable import HostCheck

struct LibrariesCheckTests {
    @Test func allLoaded() {
        #expect(
            libraryFindings([.required(nil), .optional(nil, "it does not work")])
                == [.ok("all C libraries that the helper needs can be loaded")])
    }

    @Test func missingLibraries() {
        let problem = "cannot load liba.so.1 (package liba): no such file"
        #expect(
            libraryFindings([
                .required(problem), .required(nil), .optional(problem, "it does not work"),
            ]) == [
                .error(problem, "install the package")
            ])
        #expect(
            libraryFindings([.required(nil), .optional(problem, "it does not work")])
                == [
                    .ok(
                        "all C libraries that the helper needs can be loaded; it does not work: "
                            + problem)
                ])
    }
}

import Testing
import XML

/// Changes of a document by path.
struct NodePathTests {
    private let root = Document(root: "domain", namespaces: ["qemu": "urn:q"]).root

    private func xml() -> String { root.serialized(format: false) }

    @Test func missingElementsAreCreated() {
        root.set("cpu/topology/@cores", "4")
        root.set("cpu/numa/cell[1]/@cpus", "0")
        root.set("cpu/numa/cell[2]/@cpus", "1")
        root.set("name", "a&b")
        #expect(root.value("cpu/numa/cell[2]/@cpus") == "1")
        #expect(root.value("name") == "a&b")
        #expect(root.value("cpu/nope") == nil)
        #expect(root.elements(at: "cpu/numa/cell").count == 2)
        #expect(root.element("cpu/topology")?.attributes.map(\.name) == ["cores"])
    }

    @Test func conditionsSelectAndCreate() {
        root.set("devices/console[@tty='1']/@type", "pty")
        root.set("devices/console[@tty='1']/@type", "unix")
        root.set("devices/console[@tty='2']/@type", "tcp")
        #expect(root.elements(at: "devices/console").map { $0["type"] } == ["unix", "tcp"])
        #expect(root.elements(at: "devices/console").map { $0["tty"] } == ["1", "2"])
    }

    @Test func emptyElementsAreRemoved() {
        root.set("cpu/cache/@mode", "a")
        root.set("cpu/cache/@mode", nil)
        #expect(xml() == "<domain xmlns:qemu=\"urn:q\"/>")
        root.set("a/b", "x")
        root.set("a/@c", "y")
        root.set("a/b", nil)
        #expect(root.has("a/@c"))
        #expect(!root.has("a/b"))
    }

    @Test func presence() {
        root.set("features/acpi", present: true)
        #expect(root.has("features/acpi"))
        root.set("features/acpi", present: false)
        #expect(!root.has("features/acpi"))
    }

    @Test func prefixesSelectNamespaces() {
        root.make("qemu:commandline/qemu:arg").set("value", to: "x")
        #expect(root.has("qemu:commandline/qemu:arg/@value"))
        #expect(!root.has("commandline"))
        #expect(xml().contains("<qemu:arg value=\"x\"/>"))
    }

    @Test func sortingIsStable() {
        for (name, value) in [("b", "1"), ("z", "2"), ("a", "3"), ("b", "4")] {
            root.append(name).set("n", to: value)
        }
        root.sort(["a", "b"])
        #expect(root.elements().map { $0["n"] } == ["3", "1", "4", "2"])
        #expect(root.elements("b").count == 2)
    }

    @Test func copiesAreIndependent() {
        root.set("name", "x")
        let copy = root.document.copy()
        copy.root.set("name", "y")
        #expect(root.value("name") == "x")
        let inner = root.append(copyOf: copy.root)
        #expect(inner.value("name") == "y")
        #expect(inner.parent == root)
        inner.clear()
        #expect(inner.isBare)
        inner.remove()
        #expect(root.elements("domain").isEmpty)
    }
}

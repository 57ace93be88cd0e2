import InstallMedia
import Testing

@testable import VirtInstall

/// What newer versions have besides.
extension InstallGateTests {
    @Test(arguments: [
        (["--pstore", "backend=acpi-erst"], "option '--pstore' is not granted"),
        (
            ["--network", "passt,backend.logFile=/srv/l"],
            "sub-option 'backend.logFile' of '--network' is not granted"
        ),
        (
            ["--network", "hostdev=pci_0000_00_01_0"],
            "sub-option 'hostdev' of '--network' is not granted"
        ),
        (
            ["--network", "passt,portForward2.dev=eth0"],
            "sub-option 'portForward2.dev' of '--network' is not granted"
        ),
        (
            ["--tpm", "emulator,backend.source.path=/srv/t"],
            "sub-option 'backend.source.path' of '--tpm' is not granted"
        ),
        (
            ["--boot", "nvram.templateFormat=raw"],
            "sub-option 'nvram.templateFormat' of '--boot' is not granted"
        ),
        (
            ["--disk", "size=1,driver.queue_size=9"],
            "sub-option 'driver.queue_size' of '--disk' is not granted"
        ),
        (
            ["--cpu", "maxphysaddr.mode=passthrough"],
            "sub-option 'maxphysaddr.mode' of '--cpu' is not granted"
        ),
    ])
    func refusesNewerOptions(words: [String], reason: String) throws {
        defer { folder.remove() }
        let run = try run(words + Self.plain, as: .v51)
        #expect(run.denial == reason, "\(run.text)")
        #expect(run.judged.isEmpty && run.claimed.isEmpty)
    }

    @Test(arguments: [
        ["--network", "passt,portForward=127.0.0.1:2201:22"],
        ["--network", "backend.type=passt,portForward1.proto=udp,portForward1.range.start=53"],
        ["--features", "hyperv.vapic.state=on"], ["--input", "none"], ["--cpu", "maximum"],
        ["--boot", "uefi=off"],
    ])
    func permitsNewerOptions(words: [String]) throws {
        defer { folder.remove() }
        let run = try run(
            words + Self.plain, as: .v51, common: ["--osinfo", "generic", "--graphics", "none"])
        // libvirt may lack passt; the role permits it all the same.
        #expect(run.denial == nil, "\(run.text)")
        #expect(run.judged.count == 1 && run.claimed == ["mine-9"])
    }
}

import FoundationEssentials
import Testing

@testable import InstallMedia

@Suite struct InstallVersionTests {
    @Test(
        arguments: [
            ("build.cfg", "[config]\nversion = 5.0.0\nprefix = /usr\n", .v50),
            ("build.cfg", "[config]\nversion=5.1.0\n", .v51),
            ("buildconfig.py", "import os\n\n__version__ = \"4.1.0\"\n", .v41),
            ("buildconfig.py", "__version__ = '3.2.0'\n", .v41),
            ("build.cfg", "version = 5.0.1\n", .v50), ("build.cfg", "version = 6.2\n", .v51),
            ("build.cfg", "version = unknown\n", .v51),
            ("build.cfg", "old_version = 4.1.0\n", .v51),
        ] as [(String, String, InstallVersion)])
    func isThatOfTheInstalledFiles(name: String, text: String, version: InstallVersion) throws {
        let folder = try Folder()
        try folder.add(name, text)
        #expect(InstallVersion(installedIn: folder.path) == version)
    }

    /// Settings of version 4.1 do not contain the version.
    @Test func olderSettingsLackTheVersion() throws {
        let folder = try Folder()
        try folder.add("build.cfg", "[config]\ndefault_graphics = vnc\n")
        try folder.add("buildconfig.py", "__version__ = \"4.1.0\"\n")
        #expect(InstallVersion(installedIn: folder.path) == .v41)
    }

    @Test func isTheNewestIfNoneIsInstalled() throws {
        let folder = try Folder()
        #expect(InstallVersion(installedIn: folder.path) == .newest)
    }

    @Test func versionsAreOrdered() {
        #expect(InstallVersion.allCases.sorted() == InstallVersion.allCases)
        #expect(InstallVersion.allCases.last == .newest)
    }
}

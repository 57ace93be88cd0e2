// swift-tools-version: 6.2

import PackageDescription

/// Where all distributions have the headers of libxml2. SwiftPM could ask pkg-config for this, but
/// would then also link with the library.
let libxml2 = ["-I/usr/include/libxml2"]

/// For every target. Imports are internal unless marked `package`, and existentials are spelled
/// `any`.
let common: [SwiftSetting] = [
    .unsafeFlags(libxml2.flatMap { ["-Xcc", $0] }),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // One process runs per client, so small code matters more than fast loops.
    .unsafeFlags(["-Osize"], .when(configuration: .release)),
]

/// Packed relative relocations save a megabyte that each start would read. Unwind tables, two
/// megabytes, are left out: C++ exceptions and debuggers need them, Swift errors do not.
let linking: [LinkerSetting] = [
    // The loader resolves all functions at the start, and then write-protects their addresses: a
    // bug that writes to memory cannot redirect calls.
    .unsafeFlags(["-Xlinker", "-z", "-Xlinker", "now", "-Xlinker", "-z", "-Xlinker", "relro"]),
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker",
            "--icf=all", "-Xlinker", "--no-export-dynamic", "-Xlinker", "--no-eh-frame-hdr",
            "-Xlinker", "-T", "-Xlinker",
            Context.packageDirectory + "/Sources/atex-virt-helper/without-unwinding.ld",
        ],
        .when(configuration: .release)),
]

/// Without reflection metadata: names of fields and enum cases are not available at run time.
let plain =
    common + [
        .unsafeFlags(
            ["-Xfrontend", "-disable-reflection-metadata"], .when(configuration: .release))
    ]

/// For modules that do not call C: the compiler checks memory safety strictly.
let safe = plain + [.strictMemorySafety()]

let package = Package(
    name: "atex-virt-helper",
    products: [.executable(name: "atex-virt-helper", targets: ["atex-virt-helper"])],
    dependencies: [.package(url: "https://github.com/apple/swift-log", from: "1.12.0")],
    targets: [
        // C libraries, loaded when they are needed: only their headers are used here.
        .target(name: "CLibrary", exclude: ["generate"]),
        .target(name: "CArchive", dependencies: ["CLibrary"]),
        .target(name: "CCurl", dependencies: ["CLibrary"]),
        .target(name: "CGnuTLS", dependencies: ["CLibrary"]),
        .target(name: "CLibvirt", dependencies: ["CLibrary"]),
        .target(name: "CLibxml2", dependencies: ["CLibrary"], cSettings: [.unsafeFlags(libxml2)]),
        .target(name: "CLzma", dependencies: ["CLibrary"]),
        .target(name: "CPCRE2", dependencies: ["CLibrary"]),
        .target(name: "CZlib", dependencies: ["CLibrary"]),
        .target(name: "CSystem"),

        // Imports go down this list only. All import CheckedInterpolation: see the end of this
        // file.
        .target(name: "CheckedInterpolation", swiftSettings: plain),
        .target(name: "Text", dependencies: ["CPCRE2", "CSystem"], swiftSettings: plain),
        .target(
            name: "System",
            dependencies: [
                "CArchive", "CGnuTLS", "CLzma", "CSystem", "CZlib",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: plain),
        .target(
            name: "Lifetime", dependencies: ["CSystem", "System", "Text"], swiftSettings: plain),
        .target(name: "Policy", dependencies: ["System", "Text"], swiftSettings: safe),
        .target(
            name: "Libvirt", dependencies: ["CLibvirt", "CSystem", "Policy", "System", "Text"],
            swiftSettings: plain),
        .target(
            name: "CleanUp",
            dependencies: [
                "Libvirt", "Lifetime", "System", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: safe),
        .target(name: "XML", dependencies: ["CLibxml2"], swiftSettings: plain),
        .target(
            name: "Confinement", dependencies: ["Libvirt", "Policy", "System", "Text", "XML"],
            swiftSettings: safe),
        .target(name: "OSInfo", dependencies: ["System", "Text", "XML"], swiftSettings: safe),
        .target(
            name: "InstallMedia",
            dependencies: [
                "CArchive", "CCurl", "CleanUp", "Libvirt", "Lifetime", "System", "Text", "XML",
            ],
            swiftSettings: plain),
        .target(
            name: "Virsh",
            dependencies: [
                "Confinement", "Libvirt", "Lifetime", "Policy", "System", "Text", "XML",
            ],
            swiftSettings: safe),
        .target(
            name: "VirtInstall",
            dependencies: [
                "CleanUp", "Confinement", "InstallMedia", "Libvirt", "Lifetime", "OSInfo", "Policy",
                "System", "Text", "XML",
            ],
            swiftSettings: safe),
        .target(
            name: "Wire", dependencies: ["Lifetime", "System", "Text"], swiftSettings: safe),
        .target(
            name: "Protocol",
            dependencies: [
                "Libvirt", "Lifetime", "Policy", "System", "Text", "Wire", "XML",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: safe),
        .target(
            name: "GuestAccess",
            dependencies: [
                "Confinement", "Libvirt", "Lifetime", "Policy", "Protocol", "System", "Text",
                "Wire", "XML",
            ],
            swiftSettings: safe),
        .target(
            name: "Volumes",
            dependencies: [
                "CleanUp", "Confinement", "Libvirt", "Lifetime", "Policy", "Protocol", "System",
                "Text", "Wire", "XML",
            ],
            swiftSettings: safe),
        .target(
            name: "HostCheck",
            dependencies: [
                "GuestAccess", "InstallMedia", "Libvirt", "Lifetime", "OSInfo", "Policy",
                "Protocol", "System",
                "Text", "Wire", "XML",
            ],
            swiftSettings: safe),
        .target(
            name: "HelperSession",
            dependencies: [
                "CleanUp", "Confinement", "GuestAccess", "HostCheck", "InstallMedia", "Libvirt",
                "Lifetime", "Policy", "Protocol", "System", "Text", "Virsh", "VirtInstall",
                "Volumes", "Wire", "XML",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: safe),
        .executableTarget(
            name: "atex-virt-helper",
            dependencies: [
                "CleanUp", "HelperSession", "Libvirt", "Lifetime", "Policy", "Protocol", "System",
                "Text", "Wire",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["without-unwinding.ld"], swiftSettings: safe, linkerSettings: linking),

        // Temporary directories, clients and hosts for the tests below.
        .target(
            name: "TestSupport",
            dependencies: [
                "Libvirt", "System", "Text", "Wire",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/TestSupport", swiftSettings: common),
        .testTarget(name: "TextTests", dependencies: ["Text"], swiftSettings: common),
        .testTarget(
            name: "SystemTests", dependencies: ["System", "TestSupport"], swiftSettings: common),
        .testTarget(
            name: "LifetimeTests", dependencies: ["Lifetime", "System", "TestSupport", "Text"],
            swiftSettings: common),
        .testTarget(
            name: "WireTests", dependencies: ["System", "TestSupport", "Text", "Wire"],
            swiftSettings: common),
        .testTarget(
            name: "LibvirtTests", dependencies: ["CLibvirt", "Libvirt"], swiftSettings: common),
        .testTarget(
            name: "PolicyTests", dependencies: ["Policy", "System", "TestSupport", "Text"],
            swiftSettings: common),
        .testTarget(
            name: "CleanUpTests",
            dependencies: ["CleanUp", "Libvirt", "Lifetime", "System", "TestSupport"],
            swiftSettings: common),
        .testTarget(name: "XMLTests", dependencies: ["XML"], swiftSettings: common),
        .testTarget(
            name: "ConfinementTests",
            dependencies: ["Confinement", "Policy", "System", "TestSupport"],
            exclude: ["Fixtures"], swiftSettings: common),
        .testTarget(
            name: "OSInfoTests", dependencies: ["OSInfo", "System", "XML"],
            swiftSettings: common),
        .testTarget(
            name: "InstallMediaTests",
            dependencies: ["InstallMedia", "Libvirt", "System", "Text"], swiftSettings: common),
        .testTarget(
            name: "VirshTests",
            dependencies: ["Libvirt", "System", "TestSupport", "Text", "Virsh"],
            exclude: ["Golden", "Newer", "Fixtures", "record"], swiftSettings: common),
        .testTarget(
            name: "VirtInstallTests",
            dependencies: [
                "InstallMedia", "Libvirt", "OSInfo", "Policy", "System", "Text", "VirtInstall",
                "XML",
            ],
            exclude: ["Golden", "Fixtures", "Hosts", "installed.py", "record"],
            swiftSettings: common),
        .testTarget(
            name: "ProtocolTests",
            dependencies: [
                "Libvirt", "Lifetime", "Policy", "Protocol", "System", "TestSupport", "Text",
                "Wire",
                "XML", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "GuestAccessTests",
            dependencies: [
                "Confinement", "GuestAccess", "Libvirt", "Policy", "Protocol", "System",
                "TestSupport", "Text", "Wire", "XML",
            ],
            swiftSettings: common),
        .testTarget(
            name: "VolumesTests",
            dependencies: [
                "Confinement", "Libvirt", "Protocol", "System", "TestSupport", "Volumes", "Wire",
            ],
            swiftSettings: common),
        .testTarget(
            name: "HostCheckTests",
            dependencies: [
                "GuestAccess", "HostCheck", "Libvirt", "Policy", "Protocol", "System", "Text",
                "Wire", "XML",
            ],
            swiftSettings: common),
        .testTarget(
            name: "HelperSessionTests",
            dependencies: [
                "Confinement", "HelperSession", "Libvirt", "Policy", "Protocol", "System",
                "TestSupport", "Text", "Wire", "XML",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),
    ],
    swiftLanguageModes: [.v6]
)

// Only for Tests/Fuzz/run: without `-sanitize=fuzzer` it could not be linked.
if Context.environment["ATEX_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Confinement", "InstallMedia", "Libvirt", "Policy", "Protocol", "System", "Text",
                "Virsh", "VirtInstall",
            ],
            path: "Tests/Fuzz", exclude: ["Corpus", "run"], swiftSettings: common))
}

// Each Swift target that ships imports CheckedInterpolation into all of its files: "\(value)"
// compiles only if the type has a text of its own.
for target in package.targets
where target.type != .test && target.swiftSettings != nil && target.name != "CheckedInterpolation" {
    target.dependencies.append("CheckedInterpolation")
    target.swiftSettings?.append(
        .unsafeFlags(["-Xfrontend", "-import-module", "-Xfrontend", "CheckedInterpolation"]))
}

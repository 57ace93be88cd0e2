// swift-tools-version: 6.2

import PackageDescription

/// What holds for every target: a warning is an error, imports and existentials say what they are.
let common: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // A process of it runs for each client: small code is worth more than fast loops.
    .unsafeFlags(["-Osize"], .when(configuration: .release)),
]

/// Relative relocations packed: a megabyte less to read at each start. The tables for unwinding, two
/// megabytes that only C++ exceptions and debuggers would ask for, stay out: Swift throws without.
let linking: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker",
            "--icf=all", "-Xlinker", "--no-export-dynamic", "-Xlinker", "--no-eh-frame-hdr",
            "-Xlinker", "-T", "-Xlinker",
            Context.packageDirectory + "/Sources/atex-virt-helper/without-unwinding.ld",
        ],
        .when(configuration: .release))
]

/// Names of fields and cases, which only the reading of the command line asks for, stay out.
let plain =
    common + [
        .unsafeFlags(
            ["-Xfrontend", "-disable-reflection-metadata"], .when(configuration: .release))
    ]

/// Above the modules that wrap C, memory is safe by the compiler's word.
let safe = plain + [.strictMemorySafety()]

let package = Package(
    name: "atex-virt-helper",
    products: [.executable(name: "atex-virt-helper", targets: ["atex-virt-helper"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.12.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibvirt", pkgConfig: "libvirt", providers: [.apt(["libvirt-dev"])]),
        .systemLibrary(
            name: "CLibxml2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(
            name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-gnutls-dev"])]),
        // libvirt has it loaded anyway.
        .systemLibrary(
            name: "CGnuTLS", pkgConfig: "gnutls", providers: [.apt(["libgnutls28-dev"])]),
        .target(name: "CHost", dependencies: ["CGnuTLS"]),
        .target(name: "CArchive"),
        .target(name: "Libvirt", dependencies: ["CLibvirt"], swiftSettings: plain),
        .target(name: "XML", dependencies: ["CLibxml2"], swiftSettings: plain),
        .target(
            name: "Host",
            dependencies: [
                "CHost", "CPCRE2", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: plain),
        .target(name: "OSInfo", dependencies: ["XML", "Host"], swiftSettings: safe),
        .target(
            name: "InstallMedia", dependencies: ["CCurl", "CArchive", "Host", "XML", "Libvirt"],
            swiftSettings: plain),
        .target(name: "Virsh", dependencies: ["Libvirt", "XML", "Host"], swiftSettings: safe),
        .target(
            name: "VirtInstall",
            dependencies: ["Libvirt", "XML", "Host", "InstallMedia", "OSInfo"],
            swiftSettings: safe),
        .target(
            name: "HelperSession",
            dependencies: [
                "Libvirt", "XML", "Host", "InstallMedia", "Virsh", "VirtInstall",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: safe),
        .executableTarget(
            name: "atex-virt-helper",
            dependencies: [
                "HelperSession", "Host", "Libvirt",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["without-unwinding.ld"],
            swiftSettings: common + [.strictMemorySafety()], linkerSettings: linking),
        .testTarget(
            name: "InstallMediaTests", dependencies: ["InstallMedia", "Host", "Libvirt"],
            swiftSettings: common),
        .testTarget(name: "HostTests", dependencies: ["Host"], swiftSettings: common),
        .testTarget(
            name: "HelperSessionTests", dependencies: ["HelperSession"], swiftSettings: common),
        .testTarget(
            name: "VirshTests", dependencies: ["Virsh", "Libvirt", "Host"],
            exclude: ["Golden", "Fixtures", "record"], swiftSettings: common),
        .testTarget(name: "OSInfoTests", dependencies: ["OSInfo", "XML"], swiftSettings: common),
        .testTarget(
            name: "VirtInstallTests",
            dependencies: ["VirtInstall", "Host", "InstallMedia", "Libvirt", "OSInfo", "XML"],
            exclude: ["Golden", "Fixtures", "Hosts", "record"], swiftSettings: common),
        .testTarget(
            name: "LibvirtTests", dependencies: ["Libvirt", "CLibvirt"], swiftSettings: common),
        .testTarget(name: "XMLTests", dependencies: ["XML"], swiftSettings: common),
    ],
    swiftLanguageModes: [.v6]
)

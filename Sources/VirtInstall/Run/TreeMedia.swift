import InstallMedia
import System

/// The source of the kernel and initrd that an installation boots: a tree, an image or two files.
/// virt-install 4.1.0: `InstallerTreeMedia`.
final class TreeMedia {
    enum Source {
        case directory, server, image
        /// `--install kernel=...`.
        case kernel
    }

    let source: Source
    /// The path or URL of the tree or image; `nil` if there are only a kernel and an initrd.
    let location: String?
    /// The kernel and initrd that the command line names; `nil` if they must be detected.
    private let kernels: KernelPair?
    /// The kernel's arguments that replace all others.
    var onlyArguments: String?
    /// `--extra-args`.
    var arguments: [String] = []
    /// The files of `--initrd-inject`.
    var injections: [String] = []

    /// `nil` if there are only a kernel and an initrd.
    private let media: Media?
    private let output: InstallOutput
    private let files: InputFiles
    /// The result of detection.
    private var found: Distribution?

    init(
        location: String?, locationKernel: String?, locationInitrd: String?, kernel: String?,
        initrd: String?, host: TargetHost, output: InstallOutput
    ) throws {
        self.output = output
        files = host.files
        for place in [location, locationKernel, locationInitrd, kernel, initrd] {
            // A kernel or initrd of a location may be relative to it.
            let isOfLocation = place == locationKernel || place == locationInitrd
            if let place, !isOfLocation || place.hasPrefix("/") { try files.checkPlace(place) }
        }
        if locationKernel != nil || locationInitrd != nil {
            guard location != nil else {
                throw InstallFailure(
                    "location kernel/initrd may only be specified with a location URL/path")
            }
            guard locationKernel != nil, locationInitrd != nil else {
                throw InstallFailure(
                    "location kernel/initrd must \(host.version < .v50 ? "be be" : "be") "
                        + "specified as a pair")
            }
        }
        if kernel != nil || initrd != nil {
            guard let kernel, let initrd else {
                throw InstallFailure(
                    "--install needs both kernel= and initrd=, not only "
                        + "\(kernel == nil ? "initrd" : "kernel")=")
            }
            try host.gate.check(location: kernel, isServer: false)
            source = .kernel
            self.location = location
            kernels = KernelPair(kernel: kernel, initrd: initrd)
            media = nil
            return
        }
        kernels = locationKernel.flatMap { kernel in
            locationInitrd.map { KernelPair(kernel: kernel, initrd: $0) }
        }
        var place = location ?? ""
        if !host.isRemote, isDirectory(place) {
            place = absolutePath(place)
            source = .directory
        } else if Location.isURL(place) {
            source = .server
        } else {
            source = .image
        }
        try host.gate.check(location: place, isServer: source == .server)
        guard !host.isRemote || source == .server else {
            throw InstallFailure("Cannot access install tree on remote connection: \(place)")
        }
        self.location = place
        let media = Media(Location(place), permits: host.gate.urls)
        media.trace = { output.debug($0) }
        self.media = media
    }

    /// Detects the distribution at the location; the result is cached.
    func distribution(
        _ target: InstallTarget, _ catalog: Catalog
    ) throws(MediaError) -> Distribution {
        if let found { return found }
        var result = Distribution(system: nil, kernels: [], medium: nil)
        if let media {
            let detection = Detection(media, target, catalog)
            result = try detection.run(required: kernels == nil) ?? result
        }
        if let kernels {
            result = Distribution(
                system: result.system, kernels: [kernels], medium: result.medium,
                knownTree: result.knownTree)
        }
        found = result
        output.debug(
            "the location has \(result.system ?? "an unknown system"), possible kernels: "
                + "\(result.kernels.map(\.kernel))")
        return result
    }

    /// Whether the installer downloads most of the system.
    func needsNetwork(_ distribution: Distribution) -> Bool {
        switch source {
        case .server, .directory: true
        case .image: distribution.medium?.isNetworkInstaller ?? false
        case .kernel: false
        }
    }

    /// The kernel's arguments. `key` is the name of the argument for the URL of the tree. `answers`
    /// are the arguments for `--unattended`, which then replace the URL.
    func commandLine(key: String?, answers: String? = nil, _ output: InstallOutput) -> String {
        var all = arguments
        if let answers {
            if !answers.isEmpty { all.append(answers) }
        } else if source == .server, let key, let location {
            all.append("\(key)=\(location)")
        }
        let line = onlyArguments ?? all.joined(separator: " ")
        if source == .directory, line.isEmpty {
            output.warn(
                "Directory tree installs typically do not work unless extra kernel args are passed "
                    + "to point the installer at a network accessible install tree.")
        }
        return line
    }

    /// Downloads the kernel and initrd into scratch files, appends the injected files to the
    /// initrd, and returns the paths.
    func fetch(
        _ distribution: Distribution, injecting made: [(name: String, bytes: [UInt8])] = [],
        into scratch: ScratchFiles, progress: @escaping TransferProgress
    ) throws -> KernelPair {
        let pair: KernelPair
        let kernelMedia: Media
        let initrdMedia: Media
        if let media {
            // Detection lists the usual places; use the first one that has both files.
            let existing = try distribution.kernels.first { pair in
                guard try media.exists(pair.kernel) else { return false }
                return try media.exists(pair.initrd)
            }
            guard let existing else {
                throw InstallFailure("Couldn't find kernel for install tree.")
            }
            pair = existing
            kernelMedia = media
            initrdMedia = media
        } else {
            guard let kernels else {
                throw InstallFailure("Couldn't find kernel for install tree.")
            }
            // Each of the two may be in another directory, or on another server.
            pair = KernelPair(
                kernel: baseName(of: kernels.kernel), initrd: baseName(of: kernels.initrd))
            kernelMedia = media(of: kernels.kernel)
            initrdMedia = media(of: kernels.initrd)
        }
        // Read the files first: a missing one should be an error before the long download.
        let injection = try Injection(injections, made: made, reading: files)
        let kernel = try kernelMedia.fetch(
            pair.kernel, into: scratch, as: "a kernel", progress: progress)
        let initrd = try initrdMedia.fetch(
            pair.initrd, into: scratch, as: "an initial RAM disk", progress: progress)
        try injection.append(to: initrd, of: scratch.directory)
        if !injection.isEmpty { output.debug("injected \(injection.summary) into \(initrd)") }
        return KernelPair(kernel: kernel, initrd: initrd)
    }

    /// The directory or server of a file, from its path or URL.
    private func media(of file: String) -> Media {
        var folder = String(file.dropLast(baseName(of: file).count))
        if folder.hasPrefix("file:///") { folder.removeFirst("file://".count) }
        let media = Media(
            Location.isURL(file) ? .server(folder) : .directory(folder.isEmpty ? "." : folder))
        media.trace = { [output] in output.debug($0) }
        return media
    }
}

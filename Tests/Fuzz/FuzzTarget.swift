import Confinement
import Glibc
import Libvirt
import Policy
import Protocol
import System
import Text

@testable import InstallMedia
@testable import Virsh
@testable import VirtInstall

/// What reads bytes that a client or a guest wrote. Whatever they are, it must return.
enum FuzzTarget: String, CaseIterable {
    case xml, image, json, virsh
    case virtInstall = "virt-install"
    case regex, treeinfo, iso, policy

    func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            switch self {
            case .xml: try judgeXML(bytes)
            case .image: try judgeImage(bytes)
            case .json: _ = try RequestObject(line: bytes)
            case .virsh:
                _ = ParsedCommands([text], .running) { _ in }
                _ = ShellWords.split(text, .forcedCommand)
                _ = ShellWords.split(text, .ssh)
            case .virtInstall:
                let words = text.split(separator: "\n", omittingEmptySubsequences: false)
                let output = InstallOutput { _, _ in }
                _ = try CommandLineParser.parse(
                    words.map(String.init), .newest, output: output)
            case .regex: _ = try PythonRegex(text)
            case .treeinfo: _ = try TreeInfo(parsing: text).kernel(xen: false)
            case .iso: try readImage(bytes)
            case .policy: try readPolicy(bytes)
            }
        } catch {
            // Refusing is an answer. A trap or a hang is not.
        }
    }
}

/// What passes must pass again, unchanged: then libvirt gets what was judged.
private func judgeXML(_ bytes: [UInt8]) throws {
    guard let first = bytes.first else { return }
    let kind = XMLKind.allCases[Int(first) % XMLKind.allCases.count]
    let xml = Array(bytes.dropFirst())
    var questions = XMLQuestions()
    questions.maxMemoryBytes = 4 << 30
    questions.maxVCPUs = 4
    questions.isNameGranted = { _, _ in true }
    questions.isUUIDGranted = { _, _ in true }
    questions.accessToPool = { _ in .readWrite }
    questions.isVolumeGranted = { _ in true }
    questions.isNetworkGranted = { _ in true }
    questions.isMACFree = { _ in true }
    questions.isHostAddressGranted = { _ in true }
    questions.areHostPortsGranted = { _ in true }
    questions.isNewVolumeGranted = { _ in true }
    questions.isCapacityGranted = { _ in true }
    questions.isBackingVolumeGranted = { _, _ in true }
    let judge = XMLJudge(questions)
    do { try judge.judgePresent(String(decoding: xml, as: UTF8.self), as: kind) } catch {}
    let judged = try judge.judge(xml, as: kind)
    do {
        let again = try judge.judge(judged.text, as: kind)
        precondition(again.text == judged.text, "written anew, it differs")
    } catch {
        fatalError("what was written anew is refused")
    }
}

/// An image that passes names no file but a granted one.
private func judgeImage(_ bytes: [UInt8]) throws {
    let judge = ImageJudge { backing in
        precondition(backing.path.hasPrefix("/"))
        return backing.path == "/pool/golden.img"
    }
    for format in [nil, DiskFormat.qcow2] {
        let judged = try judge.judge(ImageBytes(bytes), as: format, subject: "volume 'n'")
        guard case .qcow2(let header) = judged else { continue }
        precondition(header.version == 2 || header.version == 3)
    }
}

private func readImage(_ bytes: [UInt8]) throws {
    if bytes.count >= 2048 { _ = ImageDescriptor(sector: Array(bytes.suffix(2048))) }
    // libarchive reads files only.
    let path = "/dev/shm/atex-virt-helper-fuzz-\(getpid())"
    try FileDescriptor.replacing(path).write(bytes)
    defer { unlink(path) }
    _ = ImageDescriptor(ofImage: path)
    _ = try ImageArchive(path).files()
}

/// A file that is valid grants no command that it does not name, and never the class `never`.
private func readPolicy(_ bytes: [UInt8]) throws {
    let vocabulary = PolicyVocabulary(
        commands: ["ping", "reserve", "virsh", "connect", "host-check"],
        commandAliases: ["vol-copy": "copy-volume"],
        virshCommand: { name in Command.named(name, in: nil).map { ($0.name, $0.virshClass) } },
        virshCommands: { ["list", "start"] })
    let file = try PolicyFile(parsing: bytes, path: "roles.conf", vocabulary)
    for role in file.roles {
        let policy = Policy(role: role, identity: "x")
        precondition(role.isTrusted || !policy.allows(command: "host-check"))
        precondition(role.isTrusted || !policy.allows(virsh: "edit", as: .never))
    }
}

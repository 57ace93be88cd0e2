import Confinement
import Policy
import TestSupport
import Testing

enum Fixture {
    /// A file of Fixtures/.
    static func text(_ name: String, file: String = #filePath) -> String {
        let folder = file.split(separator: "/").dropLast().joined(separator: "/")
        do {
            return try TestSupport.text(of: "/\(folder)/Fixtures/\(name)")
        } catch {
            Issue.record(error)
            return ""
        }
    }

    /// A role with domains `mine-*`, pools `default:rw images:r`, networks `labnet user`, host
    /// ports 20000 to 20009 of 127.0.0.1, 256 MiB and 2 vCPUs.
    static var questions: XMLQuestions {
        var questions = XMLQuestions()
        questions.maxMemoryBytes = 256 << 20
        questions.maxVCPUs = 2
        questions.isNameGranted = { name, _ in name.hasPrefix("mine-") }
        questions.isUUIDGranted = { uuid, _ in uuid.hasPrefix("11111111-") }
        questions.accessToPool = { ["default": .readWrite, "images": .read][$0] }
        questions.isVolumeGranted = { $0.volume != "busy.img" }
        questions.isNetworkGranted = { ["labnet", "user"].contains($0) }
        questions.isMACFree = { $0 != "52:54:00:00:00:01" }
        questions.isHostAddressGranted = { $0 == "127.0.0.1" }
        questions.areHostPortsGranted = { (20000...20009).contains($0.ports) }
        questions.isNewVolumeGranted = { $0 != "old.img" }
        questions.isCapacityGranted = { $0 <= 1 << 30 }
        questions.isBackingVolumeGranted = { path, format in
            path == "/srv/pools/images/golden.img" && format == .raw
        }
        return questions
    }

    static var judge: XMLJudge { XMLJudge(questions) }

    /// A plain domain with more in it.
    static func domain(
        devices: String = "", os: String = "", extra: String = "", attributes: String = "",
        name: String = "mine-9"
    ) -> String {
        """
        <domain type='kvm'\(attributes)><name>\(name)</name><memory unit='MiB'>32</memory>\
        <vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type>\(os)</os>\(extra)\
        <devices>\(devices)</devices></domain>
        """
    }

    static func disk(
        _ volume: String = "spare.img", pool: String = "default", format: String = "raw",
        extra: String = ""
    ) -> String {
        """
        <disk type='volume' device='disk'><driver name='qemu' type='\(format)'/>\
        <source pool='\(pool)' volume='\(volume)'/><target dev='vda' bus='virtio'/>\(extra)</disk>
        """
    }

    static func interface(_ type: String, _ contents: String) -> String {
        "<interface type='\(type)'>\(contents)<model type='virtio'/></interface>"
    }

    /// The message of the denial that `body` throws; empty, and an issue, if it throws none.
    static func denial(
        sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> Void
    ) -> String {
        do {
            try body()
            Issue.record("was not denied", sourceLocation: sourceLocation)
        } catch let denial as Denial {
            return denial.message
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
        return ""
    }
}

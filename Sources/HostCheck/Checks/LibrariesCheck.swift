import InstallMedia
import Libvirt
import System
import Text
import XML

extension Check {
    static let libraries = Check("libraries") { _ in
        libraryFindings([
            .required(Connection.libraryProblem),
            .required(Document.libraryProblem),
            .required(PythonRegex.libraryProblem),
            .optional(Checksum.libraryProblem, "volumes cannot be uploaded with a checksum"),
            .optional(InstallMediaLibraries.downloadProblem, "virt-install cannot use URLs"),
            .optional(
                InstallMediaLibraries.imageProblem,
                "virt-install cannot read ISO images or create one for cloud-init"),
        ])
    }
}

/// Why a library cannot be loaded, if so, and what does not work without it.
enum LoadedLibrary {
    case required(_ problem: String?)
    case optional(_ problem: String?, _ consequence: String)
}

func libraryFindings(_ libraries: [LoadedLibrary]) -> [Finding] {
    let hint = "install the package"
    let problems = libraries.compactMap { library -> Finding? in
        switch library {
        case .required(let problem): problem.map { .error($0, hint) }
        case .optional(let problem, let consequence):
            problem.map { .warning("\(consequence): \($0)", hint) }
        }
    }
    return findings(problems, ok: "all C libraries that the helper uses can be loaded")
}

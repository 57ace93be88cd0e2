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
                "virt-install cannot read ISO images or create one for cloud-init, and volumes "
                    + "cannot be sent as zstd"),
            .optional(Encoding.xz.libraryProblem, "volumes cannot be sent as xz"),
            .optional(Encoding.gzip.libraryProblem, "volumes cannot be sent as gzip"),
        ])
    }
}

/// Why a library cannot be loaded, if so, and what does not work without it.
enum LoadedLibrary {
    case required(_ problem: String?)
    case optional(_ problem: String?, _ consequence: String)
}

/// A host without an optional library is correct: the detail says what does not work there.
func libraryFindings(_ libraries: [LoadedLibrary]) -> [Finding] {
    var errors: [Finding] = []
    var absent: [String] = []
    for library in libraries {
        switch library {
        case .required(let problem?): errors.append(.error(problem, "install the package"))
        case .optional(let problem?, let consequence): absent.append("\(consequence): \(problem)")
        case .required(nil), .optional(nil, _): break
        }
    }
    let loaded = "all C libraries that the helper needs can be loaded"
    return findings(errors, ok: ([loaded] + absent).joined(separator: "; "))
}

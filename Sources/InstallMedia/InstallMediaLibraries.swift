import CArchive
import CCurl

/// The C libraries that only this module uses.
package enum InstallMediaLibraries {
    /// Why libcurl cannot be loaded; `nil` if it is loaded.
    package static var downloadProblem: String? {
        atex_libcurl_problem().map { String(cString: $0) }
    }

    /// Why libarchive cannot be loaded; `nil` if it is loaded.
    package static var imageProblem: String? {
        atex_libarchive_problem().map { String(cString: $0) }
    }
}

/// Which URLs the client's role may fetch.
package struct URLPermission {
    private let matches: (String) -> Bool

    /// `matches` compares a whole URL.
    package init(matches: @escaping (String) -> Bool) { self.matches = matches }

    /// Throws an error unless the URL is granted. A URL that libcurl would change before the
    /// request is not: its text would not be what is compared.
    func check(_ url: String) throws(MediaError) {
        let authority = url.firstRange(of: "://").map { start in
            url[start.upperBound...].prefix { !"/?#".contains($0) }
        }
        guard let authority, !authority.isEmpty else { throw refused(url, "is not a URL") }
        guard !authority.contains("@") else { throw refused(url, "contains user information") }
        let isPlain = url.unicodeScalars.allSatisfy { (0x21...0x7e).contains($0.value) }
        guard isPlain, !url.contains("\\"), !url.contains("#") else {
            throw refused(url, "contains blanks, a fragment or other special characters")
        }
        let path = url.lowercased().replacing("%2e", with: ".").prefix { $0 != "?" }
        guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else {
            throw refused(url, "contains '.' or '..'")
        }
        guard matches(url) else { throw refused(url, "is not granted") }
    }

    private func refused(_ url: String, _ why: String) -> MediaError {
        MediaError(.denied, "URL '\(url)' \(why)")
    }
}

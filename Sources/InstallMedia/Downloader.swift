import CCurl
import Synchronization
import System

/// Downloads files, one at a time. The connection to a server is kept open between transfers.
/// C: `curl_easy_perform`.
final class Downloader {
    private let handle: UnsafeMutableRawPointer?
    /// The text of the last error. libcurl writes into it during a transfer.
    private let message: UnsafeMutablePointer<CChar>

    /// In seconds: the longest time to connect, and the longest pause between two bytes.
    private static let connectTimeout = 30
    private static let silenceTimeout = 60

    /// Whether a URL may be fetched; asked for each redirect, too. `nil` permits all.
    private let permits: URLPermission?

    /// The redirects that are followed. C: `CURLOPT_MAXREDIRS`.
    private static let redirectLimit = 20

    init(permits: URLPermission? = nil) {
        self.permits = permits
        // The first call initializes libcurl, which older versions permit on one thread only.
        handle = Self.initialization.withLock { _ in curl_easy_init() }
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    private static let initialization = Mutex(())

    deinit {
        if let handle { curl_easy_cleanup(handle) }
        message.deallocate()
    }

    /// Whether a file or folder exists, without downloading it. Fails only if the server does not
    /// answer.
    func exists(_ url: String) throws(MediaError) -> Bool {
        do throws(MediaError) {
            try requireExisting(url)
            return true
        } catch {
            guard error.kind == .unreachable || error.kind == .denied else { return false }
            throw error
        }
    }

    /// Fails if a file or folder does not exist; the error has the reason.
    func requireExisting(_ url: String) throws(MediaError) {
        do throws(MediaError) {
            try perform(url, headOnly: true, Transfer(limit: nil, nil) { _ in })
        } catch {
            // 405 Method Not Allowed, 501 Not Implemented: a server that does not support HEAD.
            // Then start a download, and end it at the first byte.
            guard error.kind != .denied, [405, 501].contains(status) else { throw error }
            let start = Transfer(limit: 0, nil) { _ in }
            do throws(MediaError) { try perform(url, headOnly: false, start) } catch {
                guard start.failure != nil else { throw error }  // ended by us: the file exists
            }
        }
    }

    /// The status of the last response, e.g. 404; 0 if there was none.
    private var status: Int { handle.map { atex_curl_status($0) } ?? 0 }

    /// Passes the contents of a file to `receive`, in pieces; returns the number of bytes. If
    /// `receive` throws, the transfer ends with its error. `progress` gets the bytes so far and the
    /// total, if the server reports it.
    @discardableResult
    func fetch(
        _ url: String, limit: Int, progress: ((_ done: Int64, _ total: Int64?) -> Void)?,
        _ receive: (UnsafeRawBufferPointer) throws(MediaError) -> Void
    ) throws(MediaError) -> Int64 {
        try withoutActuallyEscaping(receive) { (receive) throws(MediaError) in
            let transfer = Transfer(limit: limit, progress, receive)
            try perform(url, headOnly: false, transfer)
            return transfer.done
        }
    }

    /// The state of one transfer: the context of libcurl's callbacks.
    private final class Transfer {
        let limit: Int?
        let progress: ((Int64, Int64?) -> Void)?
        let receive: (UnsafeRawBufferPointer) throws(MediaError) -> Void
        var done: Int64 = 0
        /// Why we ended the transfer; libcurl only reports that a callback failed.
        var failure: MediaError?

        init(
            limit: Int?, _ progress: ((Int64, Int64?) -> Void)?,
            _ receive: @escaping (UnsafeRawBufferPointer) throws(MediaError) -> Void
        ) {
            self.limit = limit
            self.progress = progress
            self.receive = receive
        }

        /// The write callback: any result but the number of bytes ends the transfer.
        func write(_ bytes: UnsafeRawBufferPointer) -> Int {
            done += Int64(bytes.count)
            if let limit, done > Int64(limit) {
                failure = .larger(than: limit)
                return 0
            }
            do throws(MediaError) { try receive(bytes) } catch {
                failure = error
                return 0
            }
            return bytes.count
        }
    }

    /// Requests a URL, follows redirects, and passes the body to `transfer`.
    private func perform(
        _ url: String, headOnly: Bool, _ transfer: Transfer
    ) throws(MediaError) {
        guard let permits else { return try perform(url, headOnly: headOnly, transfer, true) }
        // libcurl would follow a redirect without asking.
        var next = url
        for _ in 0...Self.redirectLimit {
            do throws(MediaError) { try permits.check(next) } catch {
                guard next != url else { throw error }
                // Without the address: the client has not named it.
                throw MediaError(.denied, "URL '\(url)' redirects to one that is not granted")
            }
            try perform(next, headOnly: headOnly, transfer, false)
            guard let redirect = redirect else { return }
            next = redirect
        }
        throw MediaError(.absent, "the server redirects too often")
    }

    /// The URL to which the last response redirects.
    private var redirect: String? {
        handle.flatMap { atex_curl_redirect($0) }.map { String(cString: $0) }
    }

    private func perform(
        _ url: String, headOnly: Bool, _ transfer: Transfer, _ followsRedirects: Bool
    ) throws(MediaError) {
        guard !isCancelled else { throw MediaError(.broken, "the request was cancelled") }
        guard let curl = handle else {
            let problem = InstallMediaLibraries.downloadProblem
            throw MediaError(.broken, problem ?? "libcurl is out of memory")
        }
        // Resets the options, but keeps the connections.
        curl_easy_reset(curl)
        atex_curl_text(curl, CURLOPT_URL, quoted(url))
        atex_curl_protocols(
            curl, "http,https,ftp", Int(CURLPROTO_HTTP | CURLPROTO_HTTPS | CURLPROTO_FTP))
        for (option, value) in [
            // NOSIGNAL: libcurl must not use SIGALRM in a process with several threads.
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FAILONERROR, 1),
            (CURLOPT_FOLLOWLOCATION, followsRedirects ? 1 : 0),
            (CURLOPT_MAXREDIRS, Self.redirectLimit), (CURLOPT_NOBODY, headOnly ? 1 : 0),
            (CURLOPT_CONNECTTIMEOUT, Self.connectTimeout), (CURLOPT_LOW_SPEED_LIMIT, 1),
            (CURLOPT_LOW_SPEED_TIME, Self.silenceTimeout),
        ] {
            atex_curl_number(curl, option, value)
        }
        atex_curl_text(curl, CURLOPT_USERAGENT, "atex-virt-helper")
        // We want the file as it is stored. libcurl decodes it if a server compresses it anyway.
        atex_curl_text(curl, CURLOPT_ACCEPT_ENCODING, "identity")
        if let proxy = Self.proxy(for: url) { atex_curl_text(curl, CURLOPT_PROXY, proxy) }
        message.pointee = 0
        atex_curl_buffer(curl, CURLOPT_ERRORBUFFER, message)
        // The pointer is unretained: `transfer` lives until curl_easy_perform returns.
        atex_curl_callbacks(
            curl,
            { bytes, _, count, context in
                guard let context else { return 0 }
                return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                    .write(UnsafeRawBufferPointer(start: bytes, count: count))
            },
            { context, total, done, _, _ in
                guard let context, !isCancelled else { return 1 }
                Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                    .progress?(Int64(done), total > 0 ? Int64(total) : nil)
                return 0
            }, Unmanaged.passUnretained(transfer).toOpaque())
        let result = withExtendedLifetime(transfer) { curl_easy_perform(curl) }
        guard result != CURLE_OK else { return }
        throw transfer.failure ?? failure(result, curl, transfer.done)
    }

    /// The value of HTTP_PROXY. libcurl ignores it, though not the other proxy variables, because
    /// the client of a CGI program can set it; virt-install does use it.
    private static func proxy(for url: String) -> String? {
        guard url.hasPrefix("http://"), !ProcessInformation.isSet("http_proxy") else { return nil }
        return ProcessInformation.environment("HTTP_PROXY")
    }

    /// The kind of a failure decides whether detection goes on.
    private func failure(
        _ result: CURLcode, _ curl: UnsafeMutableRawPointer, _ done: Int64
    ) -> MediaError {
        let words =
            message.pointee == 0
            ? String(cString: curl_easy_strerror(result)) : String(cString: message)
        switch result {
        case CURLE_HTTP_RETURNED_ERROR:
            return MediaError(.absent, "the server answers with status \(atex_curl_status(curl))")
        case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_FTP_COULDNT_RETR_FILE, CURLE_REMOTE_ACCESS_DENIED,
            CURLE_TOO_MANY_REDIRECTS, CURLE_UNSUPPORTED_PROTOCOL:
            return MediaError(.absent, words)
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_GOT_NOTHING:
            let total = atex_curl_length(curl)
            let part = total > 0 ? "\(done) of \(total) bytes" : "\(done) bytes"
            return MediaError(.broken, "it ends early, after \(part): \(words)")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
            CURLE_OPERATION_TIMEDOUT, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION:
            return MediaError(.unreachable, words)
        default: return MediaError(.broken, words)
        }
    }
}

private var isCancelled: Bool { Cancellation.current?.isCancelled == true }

/// A URL in which blanks and other invalid bytes are percent-encoded. Existing escapes stay.
func quoted(_ url: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in url.utf8 {
        if byte <= 0x20 || byte >= 0x7F || "\"<>\\^`{|}".utf8.contains(byte) {
            bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

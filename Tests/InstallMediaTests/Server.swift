import Glibc
import Synchronization

/// A small HTTP server on the loopback address, for one test.
final class Server: Sendable {
    /// The response to a path.
    enum Answer: Sendable {
        case file([UInt8])
        case status(Int)
        /// Announces `claims` bytes, sends fewer, and closes the connection.
        case truncated([UInt8], claims: Int)
        case redirect(String)
        /// Compressed although the client did not accept that.
        case gzip([UInt8])
        /// Only for GET; HEAD gets status 405.
        case whole([UInt8])
        /// No response within 20 seconds.
        case silence
    }

    private let listener: Int32
    let port: UInt16
    private let answers: [String: Answer]
    private let log = Mutex<[String]>([])

    /// The requests so far, e.g. `HEAD /tree/vmlinuz`.
    var requests: [String] { log.withLock { $0 } }

    init(_ answers: [String: Answer]) {
        self.answers = answers
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        var port: UInt16 = 0
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(descriptor, $0, length) == 0, "no port to listen on")
                precondition(listen(descriptor, 16) == 0, "cannot listen")
                getsockname(descriptor, $0, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        self.port = port
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Server>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        pthread_detach(thread)
    }

    /// Stops accepting connections.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    private func run() {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { break }
            serve(client)
            close(client)
        }
        close(listener)
    }

    /// Answers one request.
    private func serve(_ client: Int32) {
        var request: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
            let count = read(client, &chunk, chunk.count)
            if count <= 0 { return }
            request += chunk[..<count]
        }
        let words = String(decoding: request, as: UTF8.self).split(separator: " ")
        let method = String(words[0])
        let path = String(words[1])
        log.withLock { $0.append("\(method) \(path)") }
        switch answers[path] {
        case nil: send(client, 404, [], claims: 0, method)
        case .status(let status): send(client, status, [], claims: 0, method)
        case .file(let bytes): send(client, 200, bytes, claims: bytes.count, method)
        case .truncated(let bytes, let claims): send(client, 200, bytes, claims: claims, method)
        case .gzip(let bytes):
            send(
                client, 200, bytes, claims: bytes.count, method, more: "Content-Encoding: gzip\r\n")
        case .whole(let bytes):
            let isAllowed = method == "GET"
            send(client, isAllowed ? 200 : 405, bytes, claims: bytes.count, method)
        case .redirect(let target):
            write(
                client,
                "HTTP/1.1 302 x\r\nLocation: \(target)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                [])
        case .silence:
            var polled = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
            poll(&polled, 1, 20_000)
        }
    }

    private func send(
        _ client: Int32, _ status: Int, _ bytes: [UInt8], claims: Int, _ method: String,
        more: String = ""
    ) {
        write(
            client,
            "HTTP/1.1 \(status) x\r\nContent-Length: \(claims)\r\n\(more)Connection: close\r\n\r\n",
            method == "HEAD" ? [] : bytes)
    }

    private func write(_ client: Int32, _ head: String, _ bytes: [UInt8]) {
        var rest = (Array(head.utf8) + bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }
}

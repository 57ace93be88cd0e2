import Glibc

/// A moment in the host's time zone, e.g. `2026-11-21 04:49:18`; empty where there is no such year.
/// `zone` adds the distance from UTC: `2026-11-21 04:49:18 +0000`.
package func localTime(_ secondsSince1970: Int64, zone: Bool = false) -> String {
    var seconds = time_t(secondsSince1970)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return "" }
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(
        &text, text.count, zone ? "%Y-%m-%d %H:%M:%S %z" : "%Y-%m-%d %H:%M:%S", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

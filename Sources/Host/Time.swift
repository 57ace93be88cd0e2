import CHost
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

/// Now, e.g. `2026-11-21 04:49:18.123+0000`. libvirt 9.0.0: `virTimeStringNowRaw`.
package func utcTimestamp() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    guard gmtime_r(&now.tv_sec, &parts) != nil else { return "" }
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
    let seconds = String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let milliseconds = String(now.tv_nsec / 1_000_000)
    return seconds + "." + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds
        + "+0000"
}

/// Now, in seconds since 1970. C: `time`.
package func secondsSince1970() -> Int64 { Int64(time(nil)) }

/// A moment, e.g. `2001-09-09 01:46:40`; `(null)` for a year before 1 or after 9999.
/// libvirt 9.0.0: `g_date_time_format`.
package func utcTime(_ secondsSince1970: Int64) -> String {
    var seconds = time_t(secondsSince1970)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil, (1...9999).contains(Int(parts.tm_year) + 1900) else {
        return "(null)"
    }
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(&text, text.count, "-%m-%d %H:%M:%S", &parts)
    return "\(parts.tm_year + 1900)"
        + String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The processor's time that this thread has used. C: `clock_gettime`.
func processorNanoseconds() -> Int64 {
    var used = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used)
    return Int64(used.tv_sec) * 1_000_000_000 + Int64(used.tv_nsec)
}

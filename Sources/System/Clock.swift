import Glibc

/// A time in the host's time zone, e.g. `2026-11-21 04:49:18`; empty for a year that C cannot
/// represent. `zone` adds the offset from UTC: `2026-11-21 04:49:18 +0000`.
package func localTime(_ secondsSince1970: Int64, zone: Bool = false) -> String {
    var seconds = time_t(secondsSince1970)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return "" }
    return formatted(&parts, zone ? "%Y-%m-%d %H:%M:%S %z" : "%Y-%m-%d %H:%M:%S")
}

/// The present time, e.g. `2026-11-21 04:49:18.123+0000`. libvirt 9.0.0: `virTimeStringNowRaw`.
package func utcTimestamp() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    guard gmtime_r(&now.tv_sec, &parts) != nil else { return "" }
    let milliseconds = String(now.tv_nsec / 1_000_000)
    return formatted(&parts, "%Y-%m-%d %H:%M:%S") + "."
        + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds + "+0000"
}

/// The present time in seconds since 1970. C: `time`.
package func secondsSince1970() -> Int64 { Int64(time(nil)) }

/// The time since the host was booted, which never goes back. C: `CLOCK_BOOTTIME`.
package func nanosecondsSinceBoot() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

/// A time in UTC, e.g. `2001-09-09 01:46:40`; `(null)` for a year before 1 or after 9999.
/// libvirt 9.0.0: `g_date_time_format`.
package func utcTime(_ secondsSince1970: Int64) -> String {
    var seconds = time_t(secondsSince1970)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil, (1...9999).contains(Int(parts.tm_year) + 1900) else {
        return "(null)"
    }
    // Not %Y: GLib does not pad the year with zeros, some C libraries do.
    return "\(parts.tm_year + 1900)" + formatted(&parts, "-%m-%d %H:%M:%S")
}

/// A time in UTC by ISO 8601, e.g. `2001-09-09T01:46:40Z`.
package func isoTime(_ secondsSince1970: Int64) -> String {
    var seconds = time_t(secondsSince1970)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil else { return "" }
    return formatted(&parts, "%Y-%m-%dT%H:%M:%SZ")
}

private func formatted(_ parts: inout tm, _ format: String) -> String {
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(&text, text.count, format, &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Blocks the thread. C: `usleep`.
package func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

import Testing
import Text

struct QuantityTests {
    @Test(arguments: [
        ("0", 0), ("512", 512), ("64K", 65536), ("10G", 10 << 30), ("10GiB", 10 << 30),
        ("3m", 3 << 20), ("2T", 2 << 40), ("1p", 1 << 50),
    ])
    func sizes(_ text: String, _ bytes: Int64) { #expect(Quantity.bytes(text) == bytes) }

    @Test(arguments: ["", "G", "1.5G", "-1", "1 G", "1GB", "8192P", "1x", "\u{0663}K"])
    func invalidSizes(_ text: String) { #expect(Quantity.bytes(text) == nil) }

    @Test(arguments: [("90", 90), ("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400)])
    func times(_ text: String, _ seconds: Int64) { #expect(Quantity.seconds(text) == seconds) }

    @Test(arguments: ["", "m", "5M", "1h30m", "9223372036854775807d"])
    func invalidTimes(_ text: String) { #expect(Quantity.seconds(text) == nil) }

    @Test(arguments: [
        (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1536, "1.5 KiB"),
        (150 << 20, "150 MiB"), (10 << 30, "10.0 GiB"), (UInt64.max, "16.0 EiB"),
    ])
    func texts(_ bytes: UInt64, _ text: String) { #expect(Quantity.text(bytes: bytes) == text) }
}

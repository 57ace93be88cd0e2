import System

/// The primary volume descriptor of an ISO 9660 image, which identifies its contents.
package struct ImageDescriptor: Hashable, Sendable {
    package let volume: String
    package let system: String
    package let publisher: String
    package let application: String
    /// In bytes.
    package let size: Int64

    /// Reads it from a file or device; `nil` if that has none or cannot be read.
    package init?(ofImage path: String) {
        var sector = [UInt8](repeating: 0, count: 2048)
        do throws(SystemError) {
            let file = try FileDescriptor.reading(path)
            // The first 16 sectors are the system area, for boot loaders.
            try file.skip(16 * 2048)
            guard try file.read(into: &sector, atMost: sector.count) == sector.count else {
                return nil
            }
        } catch {
            return nil
        }
        self.init(sector: sector)
    }

    /// Parses a sector of 2048 bytes; `nil` if it is not a primary volume descriptor.
    /// ECMA-119, 8.4.
    init?(sector: [UInt8]) {
        guard sector.count >= 2048, sector[0] == 1, sector[1..<6].elementsEqual("CD001".utf8) else {
            return nil
        }
        /// A field without its padding.
        func text(_ start: Int, _ length: Int) -> String {
            let bytes = sector[start..<start + length].prefix { $0 != 0 }
            let blanks = bytes.reversed().prefix { $0 == 0x20 || (9...13).contains($0) }.count
            return String(decoding: bytes.dropLast(blanks), as: UTF8.self)
        }
        // Numbers are stored in both byte orders, little-endian first.
        func number(_ start: Int, _ length: Int) -> Int64 {
            sector[start..<start + length].reversed().reduce(0) { $0 << 8 | Int64($1) }
        }
        system = text(8, 32)
        volume = text(40, 32)
        publisher = text(318, 128)
        application = text(574, 128)
        size = number(80, 4) * number(128, 2)  // blocks, and bytes per block
    }
}

import Protocol
package import System

/// Validates a volume's name. libvirt's XML cannot contain control characters.
package func volumeName(_ text: String) throws -> FileName {
    let name = try FileName(checking: text, "volume name")
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
        throw RequestError(
            .badRequest, "volume name '\(text)' must not have control characters")
    }
    return name
}

import Lifetime
import Protocol
package import System

/// Validates a volume's name. libvirt's XML cannot contain control characters. The names
/// of incomplete volumes are reserved for the program, which removes such volumes.
package func volumeName(_ text: String) throws -> FileName {
    let name = try FileName(checking: text, "volume name")
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
        throw RequestError(
            .badRequest, "volume name '\(text)' must not have control characters")
    }
    guard !AtomicFile.isTemporary(text), !text.hasPrefix(streamedVolumePrefix) else {
        throw RequestError(
            .badRequest,
            "volume name '\(text)' begins like the names of atex-virt-helper's temporary files; "
                + "choose another")
    }
    return name
}

import Protocol
import Volumes

extension Parameters {
    /// Whether the new volume is removed at the end of the session.
    mutating func temporary() -> ParameterKey<Bool> {
        flag(
            "temporary", "true: the volume is removed at the end of the session",
            isExtension: true)
    }
}

extension Session {
    func lifetime(isTemporary: Bool) -> VolumeLifetime {
        isTemporary ? .session(temporaryVolumes) : .permanent
    }
}

import Confinement
import Policy

extension SessionGate {
    func willRead(_ volume: VolumeName) throws {
        throw Denial("volume '\(volume.name)' is not granted")
    }
    func willWrite(_ volume: VolumeName) throws {
        throw Denial("volume '\(volume.name)' is not granted")
    }
    func willStore(bytes: UInt64) throws { throw Denial("storing \(bytes) bytes is not granted") }
}

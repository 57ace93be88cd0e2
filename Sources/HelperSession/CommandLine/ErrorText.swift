import Libvirt
import Protocol
import Text

/// An error and its hint, for a person.
func errorText(_ error: RequestError, from command: String? = nil) -> String {
    let message = (command.map { "\($0): " } ?? "") + error.message
    let hints = (hint(for: error)?.text(.words) ?? "").split(separator: "\n")
    return printableLines(
        "atex-virt-helper: \(message)\n" + hints.map { "hint: \($0)\n" }.joined())
}

private func hint(for error: RequestError) -> Hint? {
    guard let libvirt = error.libvirt else { return error.hint }
    let permissions: Hint =
        "libvirt permits that to root, and mostly to members of the group 'libvirt'"
    // First: without a connection, the hint about an object would mislead.
    if error.kind == .disconnected {
        if libvirt.isPermissionDenied { return permissions }
        return "is libvirt's daemon running? 'host-check' checks the whole host"
    }
    if let hint = error.hint { return hint }
    return switch libvirt.code {
    case .noStoragePool:
        "list the pools with 'virsh pool-list --all'; 'atex-virt-helper-setup' creates one"
    case .noStorageVolume: "list a pool's volumes with 'virsh vol-list POOL'"
    case .noDomain: "list them with 'virsh list --all'"
    default: libvirt.isPermissionDenied ? permissions : nil
    }
}

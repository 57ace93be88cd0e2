import Libvirt
import Protocol
import System

/// Another check has found the cause of all that this one would find.
struct NotChecked: Error {
    let reason: String
}

/// One requirement on the host's setup, and the code that checks it.
package struct Check: Sendable {
    /// E.g. `sshd-terminal`.
    package let name: String
    private let body: @Sendable (HostView) throws -> [Finding]

    init(_ name: String, _ body: @escaping @Sendable (HostView) throws -> [Finding]) {
        self.name = name
        self.body = body
    }

    /// What the check found; never empty. A check that fails reports the reason as a warning.
    package func findings(_ view: HostView) -> [Finding] {
        do {
            return try body(view).map { finding in
                Finding(
                    status: finding.status, detail: finding.detail,
                    hint: view.withInstalledVirsh(finding.hint))
            }
        } catch let error as NotChecked {
            return [.ok("not checked: \(error.reason)")]
        } catch {
            let needsRoot = isPermissionDenied(error) && !ProcessInformation.isRoot
            return [
                .unknown(
                    RequestError(error).message,
                    needsRoot ? "run the helper as root to check this" : "")
            ]
        }
    }

    private func isPermissionDenied(_ error: any Error) -> Bool {
        switch error {
        case let error as RequestError:
            error.kind == .denied || error.libvirt?.isPermissionDenied == true
        case let error as LibvirtError: error.isPermissionDenied
        case let error as SystemError: error.condition == .denied
        default: false
        }
    }

    /// All checks. Each comes after those whose subject it depends on.
    package static let all: [Check] = [
        .libraries, .libvirt, .passt, .virtualization, .pool, .poolReflinks, .poolSpace,
        .bootScratch, .disk, .diskConflict,
        .forward, .addresses, .portConflict, .portTaken, .firewall, .memory, .firmware, .osData,
        .sshdDropIn, .sshdForcedCommand, .sshdForwarding, .sshdTerminal, .sshdKeepAlive,
        .sshdAccess, .sshdAuthentication, .sshdKeys, .sshdSession, .sudoers, .policy,
        .policyKeys, .policyLog, .loginAccount, .loginShell, .logind, .stateDirectory, .journal,
        .sessionDirectories, .waiting,
    ]
}

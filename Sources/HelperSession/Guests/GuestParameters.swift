import Protocol
import System
import Volumes

/// The arguments of `provision` that concern guests on demand only.
struct GuestParameters: Sendable {
    private let template: ParameterKey<String?>
    private let name: ParameterKey<String?>
    private let ports: ParameterKey<[UInt16]?>
    private let userData: ParameterKey<String?>
    private let sshKeys: ParameterKey<[String]?>

    init(_ parameters: inout Parameters) {
        template = parameters.optionalName(
            "template",
            "a domain that is shut off: makes a new guest from it, which ends with the session")
        name = parameters.optionalName(
            "name", "the guest's name (default: the template's with random letters)")
        ports = parameters.optionalPorts(
            "ports",
            "the guest's TCP ports that get a port of the host (default: those that the template "
                + "forwards)")
        userData = parameters.optionalString(
            "user_data", "what cloud-init in the guest gets as user data")
        sshKeys = parameters.optionalTexts(
            "ssh_keys", "public keys that may log in to the guest, by cloud-init")
    }

    /// `nil` without a template.
    func order(
        _ request: Request, pool: ParameterKey<String?>, from: ParameterKey<String?>,
        _ wait: ParameterKey<Double?>, _ waitPort: ParameterKey<UInt16?>,
        _ timeout: ParameterKey<Double?>
    ) throws -> GuestOrder? {
        let (name, ports) = (try request[name], try request[ports])
        let (userData, sshKeys) = (try request[userData], try request[sshKeys])
        guard let template = try request[template] else {
            let given: [(name: String, isGiven: Bool)] = [
                ("name", name != nil), ("ports", ports != nil), ("user_data", userData != nil),
                ("ssh_keys", sshKeys != nil),
            ]
            if let first = given.first(where: \.isGiven) {
                throw RequestError(.badRequest, "'\(first.name)' needs 'template'")
            }
            return nil
        }
        return GuestOrder(
            template: template, pool: try request[pool],
            from: try request[from].map { try volumeName($0) }, name: name, ports: ports,
            userData: userData, sshKeys: sshKeys ?? [], waitPort: try request[waitPort],
            timeout: try request[timeout] ?? 300, wait: try request[wait], note: nil)
    }
}

import System
import Wire

/// The accounts to check: the ssh client's, or every account with a ForceCommand.
func accountsToCheck(_ client: Client, _ dropIns: [DropIn]) -> [Account] {
    if client.peer != nil {
        let account = client.sudoUser.map(Account.named)
        return [account ?? Account.numbered(ProcessInformation.userID)].compactMap(\.self)
    }
    var names: [String] = []
    for dropIn in dropIns {
        let users = dropIn.users + dropIn.groups.flatMap(Account.members(ofGroup:))
        names += users.filter { !names.contains($0) }
    }
    // sshd is run once for each: five keep the check quick.
    return names.prefix(5).compactMap(Account.named)
}

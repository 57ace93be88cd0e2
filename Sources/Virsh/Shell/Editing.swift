import Libvirt

extension Shell {
    /// Reads what an editor would show, as virsh does first, and fails: virsh starts $VISUAL,
    /// $EDITOR or vi, but a session has no terminal, so the editor would wait forever for input.
    func refuseEditing(of text: () throws(LibvirtError) -> String) throws -> Never {
        _ = try text()
        throw needsEditor
    }

    var needsEditor: CommandFailure {
        CommandFailure(
            "'\(commandName)' needs an editor on a terminal, which a session does not have; read the "
                + "text, change it, and set it with another command instead")
    }
}

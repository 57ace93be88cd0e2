/// The heading under which `help` lists a command.
enum CommandGroup: String, Sendable, CaseIterable {
    case everyday = "Everyday use"
    case volumes = "Volumes"
    case looking = "Looking at guests and the host"
    case administration = "Administration"
}

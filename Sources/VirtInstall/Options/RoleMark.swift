/// Whether a client with a role may use an option or a sub-option. Without a mark it is refused.
///
/// A row is allowed if XML that a role may write can contain what it sets. What its value may be is
/// decided where the value is used, and when the XML is judged.
enum RoleMark: Sendable { case allowed, refused }

/// Why a file of the database cannot be used.
package struct DatabaseError: Error, Hashable, Sendable {
    /// Its path in the database, e.g. `os/x.org/x-1.xml`, or the id of a script.
    package let file: String
    package let message: String
}

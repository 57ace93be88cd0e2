import Libvirt
import Policy

extension Command {
    /// A command that defines or creates an object from the XML in a file. `failing` returns the
    /// line before libvirt's error, `saying` returns the success message; both get the file's name.
    static func fromFile<Object>(
        _ name: String, _ virshClass: VirshClass, on objects: ObjectKinds = [], help: String,
        file: String = "file with its XML",
        schema: String = "check the XML against the schema",
        failing: @escaping @Sendable (_ path: String) -> String,
        making make:
            @escaping @Sendable (Connection, _ xml: String, _ validate: Bool)
            throws(LibvirtError) -> Object,
        saying: @escaping @Sendable (Shell, Object, _ path: String) throws -> String
    ) -> Command {
        Command(name, virshClass, on: objects, help: help) { options in
            let file = options.data("file", file, names: [.xml, .file])
            let validate = options.flag("validate", schema)

            return { shell, given in
                let path = try given[file]
                let validate = try given[validate]
                let xml = try shell.text(ofFile: path)
                let connection = try shell.connection
                let object = try shell.explaining(failing(path)) { () throws(LibvirtError) in
                    try make(connection, xml, validate)
                }
                shell.printExtra(try saying(shell, object, path))
            }
        }
    }
}

import Text

extension JSONValue {
    /// `nil` if the text is not valid JSON.
    init?(libvirt text: String) {
        do throws(JSONError) { self = try JSONParser.value(of: text, .libvirt) } catch {
            return nil
        }
    }
}

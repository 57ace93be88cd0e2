import CLibxml2

/// What libxml2 would print on stderr while `body` runs on this thread, e.g. `I/O warning : ...`:
/// libvirt lets it. C: `xmlSetGenericErrorFunc`.
package func messages(during body: () -> Void) -> String {
    let kept = UnsafeMutablePointer<atex_xml_messages>.allocate(capacity: 1)
    kept.initialize(to: atex_xml_messages())
    defer { kept.deallocate() }
    atex_xml_collect(kept)
    body()
    atex_xml_silence()
    return withUnsafeBytes(of: &kept.pointee.text) {
        String(decoding: $0.prefix(kept.pointee.length), as: UTF8.self)
    }
}

import CLibxml2

/// Runs `body` and returns what libxml2 would print on stderr in it, e.g. `I/O warning : ...`. When
/// libvirt parses a file, libxml2 prints such warnings, and virsh's stderr shows them.
/// C: `xmlSetGenericErrorFunc`, which is per thread.
package func messages(during body: () -> Void) -> String {
    // On the heap, because C keeps the pointer between two calls.
    let captured = UnsafeMutablePointer<atex_xml_messages>.allocate(capacity: 1)
    captured.initialize(to: atex_xml_messages())
    defer { captured.deallocate() }
    atex_xml_collect(captured)
    body()
    // Also makes libxml2 forget the pointer that is freed on return.
    atex_xml_silence()
    return withUnsafeBytes(of: &captured.pointee.text) {
        String(decoding: $0.prefix(captured.pointee.length), as: UTF8.self)
    }
}

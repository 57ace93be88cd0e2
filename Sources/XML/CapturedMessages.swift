import CLibxml2

/// Runs `body` and returns what libxml2 would print on stderr in it, e.g. `I/O warning : ...`. When
/// libvirt parses a file, libxml2 prints such warnings, and virsh's stderr shows them.
/// C: `xmlSetGenericErrorFunc`, which is per thread.
package func messages(during body: () -> Void) -> String {
    let captured = atex_xml_collect()
    body()
    // Also makes libxml2 forget the pointer that is freed on return.
    atex_xml_silence()
    guard let captured else { return "" }
    defer { atex_xml_messages_free(captured) }
    return String(cString: atex_xml_text(captured))
}

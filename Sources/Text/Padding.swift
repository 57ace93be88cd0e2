extension String {
    /// Padded with blanks at its end to at least `width` bytes. C: `%-Ns`.
    package func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }

    /// Padded with blanks at its start to at least `width` bytes. C: `%Ns`.
    package func aligned(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - utf8.count)) + self
    }
}

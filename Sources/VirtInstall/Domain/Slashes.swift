extension String {
    /// Without the slashes at both ends.
    var trimmingSlashes: String {
        let start = drop { $0 == "/" }
        guard let end = start.lastIndex(where: { $0 != "/" }) else { return "" }
        return String(start[...end])
    }
}

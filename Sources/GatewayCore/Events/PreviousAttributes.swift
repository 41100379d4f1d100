/// What has changed in an object, as events of kind `*.updated` tell it: the names of its attributes
/// with what they were before.
package enum PreviousAttributes {
    /// Compares an object as ``JSONWriter`` wrote it before and after a change.
    ///
    ///     {"name": "A", "metadata": {"a": "1", "b": "2"}}
    ///     {"name": "B", "metadata": {"a": "1", "b": "3", "c": "4"}}
    ///     → {"name": "A", "metadata": {"b": "2", "c": null}}
    ///
    /// - Returns: A hash. Of hashes within it holds what changed in them; lists are whole; what was
    ///   not there before is null.
    package static func comparing(_ before: [UInt8], with after: [UInt8]) -> [UInt8] {
        self.difference(before[...], after[...]) ?? Array("{}".utf8)
    }

    /// `nil` for what are not two hashes.
    private static func difference(
        _ before: ArraySlice<UInt8>, _ after: ArraySlice<UInt8>
    ) -> [UInt8]? {
        guard let before = JSONMembers(before), let after = JSONMembers(after) else { return nil }
        var values = Dictionary(after.map { ($0.name, $0.value) }) { _, last in last }
        var changed: [[UInt8]] = []
        for member in before {
            let value = values.removeValue(forKey: member.name)
            guard value != member.value else { continue }
            let inside = value.flatMap { self.difference(member.value, $0) }
            guard inside != Array("{}".utf8) else { continue }
            changed.append(Array(member.name) + ":".utf8 + (inside ?? Array(member.value)))
        }
        for member in after where values[member.name] != nil {
            changed.append(Array(member.name) + ":null".utf8)
        }
        return Array("{".utf8) + changed.joined(separator: ",".utf8) + "}".utf8
    }
}

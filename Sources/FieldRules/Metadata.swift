/// What a merchant noted on an object: at most 50 entries, keys of 1 to 40 characters without
/// square brackets (they mean nesting in form-encoded requests), values of at most 500.
package struct Metadata: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package let key: String
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// In the order they were given.
    package let entries: [Entry]

    package static let none = Metadata(trusting: [])

    /// Takes entries that were checked before, as from a database.
    package init(trusting entries: [Entry]) {
        self.entries = entries
    }

    /// - Throws: `FieldError` for the field "metadata", with the position of the entry at fault.
    package init(_ entries: [Entry]) throws(FieldError) {
        guard entries.count <= 50 else {
            throw FieldError("metadata", "must have at most 50 entries")
        }
        var keys: Set<String> = []
        for (index, entry) in entries.enumerated() {
            let field = "metadata[\(index)]"
            _ = try checkedText(entry.key, field: "\(field).key", length: 1...40)
            _ = try checkedText(entry.value, field: "\(field).value", length: 0...500)
            guard !entry.key.unicodeScalars.contains(where: { $0 == "[" || $0 == "]" }) else {
                throw FieldError("\(field).key", "must not contain square brackets")
            }
            guard keys.insert(entry.key).inserted else {
                throw FieldError("\(field).key", "must not be the same as another entry's")
            }
        }
        self.entries = entries
    }

    /// These entries with `changes` made: an empty value takes its entry away, another is set.
    ///
    /// - Throws: As `init`.
    package func merging(_ changes: [Entry]) throws(FieldError) -> Metadata {
        // Checked as given: a key that is too long takes nothing away either.
        let changes = try Metadata(changes).entries
        let changed = Dictionary(uniqueKeysWithValues: changes.map { ($0.key, $0.value) })
        let known = Set(self.entries.map(\.key))
        let kept = self.entries.map { Entry(key: $0.key, value: changed[$0.key] ?? $0.value) }
        let wasEmpty = Set(self.entries.filter(\.value.isEmpty).map(\.key))
        return try Metadata(
            (kept + changes.filter { !known.contains($0.key) }).filter { entry in
                !entry.value.isEmpty || (changed[entry.key] == nil && wasEmpty.contains(entry.key))
            })
    }
}

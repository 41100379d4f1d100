/// What a request changes of an object's metadata.
package struct MetadataChange: Hashable, Sendable {
    /// An empty value takes the entry away.
    package let entries: [(key: String, value: String)]
    /// `metadata=`: all that was there goes.
    package let isCleared: Bool

    package static func == (left: Self, right: Self) -> Bool {
        left.isCleared == right.isCleared && left.entries.elementsEqual(right.entries, by: ==)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.isCleared)
        for entry in self.entries { hasher.combine(entry.key) }
    }

    /// What a new object has of it.
    package var initial: [(key: String, value: String)] {
        self.entries.filter { !$0.value.isEmpty }
    }

    /// `entries` as they are after the change.
    ///
    /// - Throws: When there are more than 50.
    package func applied(
        to before: [(key: String, value: String)]
    ) throws(APIError) -> [(key: String, value: String)] {
        let changed = Set(self.entries.map(\.key))
        let kept = self.isCleared ? [] : before.filter { !changed.contains($0.key) }
        let after = kept + self.initial
        guard after.count <= 50 else { throw Self.tooMany }
        return after
    }

    fileprivate static var tooMany: APIError {
        .invalid("Metadata can have at most 50 keys.", "metadata")
    }
}

extension Parameters {
    /// - Throws: For keys of more than 40 characters or with square brackets, values of more than
    ///   500, and more than 50 entries.
    package mutating func metadata() throws(APIError) -> MetadataChange? {
        guard self.has("metadata") else { return nil }
        if let cleared = self.clearedMetadata() { return cleared }
        guard var group = try self.group("metadata") else { return nil }
        var entries: [(key: String, value: String)] = []
        for key in group.names {
            let path = "metadata[\(key)]"
            guard (1...40).contains(key.unicodeScalars.count) else {
                throw .invalid(
                    "Metadata keys can have at most 40 characters.", path)
            }
            guard !key.contains("]") else {
                throw .invalid("Metadata keys cannot contain square brackets.", path)
            }
            guard let value = try group.text(key) else { continue }
            entries.append((key, value))
        }
        guard entries.count <= 50 else { throw MetadataChange.tooMany }
        return MetadataChange(entries: entries, isCleared: false)
    }

    private mutating func clearedMetadata() -> MetadataChange? {
        var copy = self
        guard let text = try? copy.text("metadata"), text.isEmpty else { return nil }
        self = copy
        return MetadataChange(entries: [], isCleared: true)
    }
}

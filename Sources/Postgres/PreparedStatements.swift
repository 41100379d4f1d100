/// Which statements a server's session has prepared, and which of them to give up.
struct PreparedStatements {
    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [EncodedStatement.Key: Entry] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0
    /// Forgotten here, but not yet by the server.
    private(set) var surplus: [String] = []

    init(capacity: Int) { self.capacity = capacity }

    /// The name under which `key` is prepared; `nil` if it is not.
    mutating func use(_ key: EncodedStatement.Key) -> String? {
        self.uses += 1
        guard let index = self.entries.index(forKey: key) else { return nil }
        self.entries.values[index].lastUse = self.uses
        return self.entries.values[index].name
    }

    /// A name that this session has not seen.
    mutating func freshName() -> String {
        self.names += 1
        return "s\(self.names)"
    }

    /// The server has prepared `key`. Over capacity, the least recently used one is given up.
    mutating func insert(_ key: EncodedStatement.Key, name: String) {
        self.uses += 1
        if let old = self.entries.updateValue(Entry(name: name, lastUse: self.uses), forKey: key) {
            self.surplus.append(old.name)
        }
        guard self.entries.count > self.capacity,
            let oldest = self.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return }
        self.entries[oldest.key] = nil
        self.surplus.append(oldest.value.name)
    }

    /// `name` serves no more; it is prepared again when it is needed.
    mutating func forget(_ name: String, serverKnowsIt: Bool) {
        guard let key = self.entries.first(where: { $0.value.name == name })?.key else { return }
        self.entries[key] = nil
        if serverKnowsIt { self.surplus.append(name) }
    }

    /// The server has given up `name`.
    mutating func removeSurplus(_ name: String) {
        self.surplus.removeAll { $0 == name }
    }
}

/// What travels beside a request: pairs of a lower-case key and a value, in order, keys repeatable.
package struct Metadata: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    package private(set) var pairs: [Pair]

    package struct Pair: Hashable, Sendable {
        package let key: String
        package let value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    package init(_ pairs: [Pair] = []) {
        self.pairs = pairs
    }

    package init(dictionaryLiteral elements: (String, String)...) {
        self.pairs = elements.map { Pair(key: $0.0, value: $0.1) }
    }

    package var isEmpty: Bool { self.pairs.isEmpty }

    /// The first value of `key`; setting one takes the place of all.
    package subscript(key: String) -> String? {
        get { self.pairs.first { $0.key == key }?.value }
        set {
            self.pairs.removeAll { $0.key == key }
            if let newValue { self.append(key: key, value: newValue) }
        }
    }

    package mutating func append(key: String, value: String) {
        self.pairs.append(Pair(key: key, value: value))
    }
}

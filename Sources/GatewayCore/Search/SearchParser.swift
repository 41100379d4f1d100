/// Reads a search, one character after the other.
///
///     query  = clause *( ("AND" clause) | ("OR" clause) )   one kind of joint only
///     clause = ["-"] field operator value
///     field  = name | "metadata[" quoted "]"
///     value  = quoted | word | "null"
struct SearchParser {
    private let scalars: [Unicode.Scalar]
    private let fields: [String: SearchField]
    private var position = 0

    init(_ text: String, fields: [String: SearchField]) {
        self.scalars = Array(text.unicodeScalars)
        self.fields = fields
    }

    mutating func query() throws(APIError) -> SearchQuery {
        var clauses = [try self.clause()]
        var joint: SearchQuery.Joint?
        while let next = try self.joint() {
            guard joint == nil || joint == next else {
                throw self.error("AND and OR cannot be used in the same query")
            }
            guard clauses.count < SearchQuery.longest else {
                throw self.error("a query has at most \(SearchQuery.longest) clauses")
            }
            joint = next
            clauses.append(try self.clause())
        }
        return SearchQuery(clauses: clauses, joint: joint ?? .all)
    }

    private mutating func joint() throws(APIError) -> SearchQuery.Joint? {
        self.skipSpaces()
        guard self.current != nil else { return nil }
        switch self.word({ $0.properties.isAlphabetic }) {
        case "AND": return .all
        case "OR": return .any
        default: throw self.error("expected AND, OR or the end")
        }
    }

    private mutating func clause() throws(APIError) -> SearchQuery.Clause {
        self.skipSpaces()
        let isNegated = self.take("-")
        let name = self.word { $0.properties.isAlphabetic || $0 == "_" || $0 == "." }
        guard !name.isEmpty else { throw self.error("expected the name of a field") }
        guard let field = self.fields[name] else {
            let known = self.fields.keys.sorted().joined(separator: ", ")
            throw self.error("'\(name.prefix(40))' is no field to search by: \(known)")
        }
        let key = field == .metadata ? try self.metadataKey() : nil
        self.skipSpaces()
        return SearchQuery.Clause(
            field: name, key: key, isNegated: isNegated,
            condition: try self.condition(of: field, name))
    }

    private mutating func metadataKey() throws(APIError) -> String {
        guard self.take("["), let key = try self.quoted(), self.take("]") else {
            throw self.error("expected a key, like metadata['order']")
        }
        return key
    }

    private mutating func condition(
        of field: SearchField, _ name: String
    ) throws(APIError) -> SearchQuery.Condition {
        if self.take("~") {
            guard field == .text else { throw self.error("'\(name)' cannot be searched by ~") }
            let part = try self.value()
            guard part.text.unicodeScalars.count >= 3 else {
                throw self.error("a part to search by has at least three characters")
            }
            return .contains(part.text)
        }
        let comparison = SearchQuery.Comparison.allCases.first { self.take($0.rawValue) }
        guard let comparison else { throw self.error("expected an operator after '\(name)'") }
        let value = try self.value()
        switch field {
        case .number:
            guard let number = Int64(value.text) else {
                throw self.error("'\(name)' is compared with a whole number")
            }
            return .number(comparison, number)
        case .token, .text, .metadata:
            guard comparison == .equal else {
                throw self.error("'\(name)' cannot be searched by \(comparison.rawValue)")
            }
            if !value.isQuoted, value.text == "null" {
                guard field == .metadata else { throw self.error("'\(name)' is never null") }
                return .absent
            }
            return .equal(value.text)
        }
    }

    private mutating func value() throws(APIError) -> (text: String, isQuoted: Bool) {
        self.skipSpaces()
        if let text = try self.quoted() { return (text, true) }
        let text = self.word { !$0.properties.isWhitespace && $0 != "\"" && $0 != "'" }
        guard !text.isEmpty else { throw self.error("expected a value") }
        return (text, false)
    }

    /// A text in single or double quotes, in which a backslash takes the meaning from what follows.
    private mutating func quoted() throws(APIError) -> String? {
        guard let quote = self.current, quote == "'" || quote == "\"" else { return nil }
        self.position += 1
        var text = ""
        while let scalar = self.current {
            self.position += 1
            if scalar == quote { return text }
            if scalar == "\\", let next = self.current {
                text.unicodeScalars.append(next)
                self.position += 1
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        throw self.error("a text has no end")
    }

    // MARK: Characters

    private var current: Unicode.Scalar? {
        self.position < self.scalars.count ? self.scalars[self.position] : nil
    }

    private mutating func skipSpaces() {
        while let scalar = self.current, scalar.properties.isWhitespace { self.position += 1 }
    }

    private mutating func word(_ belongs: (Unicode.Scalar) -> Bool) -> String {
        let start = self.position
        while let scalar = self.current, belongs(scalar) { self.position += 1 }
        var text = ""
        text.unicodeScalars.append(contentsOf: self.scalars[start..<self.position])
        return text
    }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard self.scalars[self.position...].starts(with: wanted) else { return false }
        self.position += wanted.count
        return true
    }

    private func error(_ problem: String) -> APIError {
        .invalid(
            "We were unable to parse your search query: \(problem), at character "
                + "\(self.position + 1).", "query")
    }
}

/// A request's parameters, read by name and checked as they are read.
///
/// What was given and never read is refused by ``finish()``: a misspelt name is not passed over.
package struct Parameters: Sendable {
    private let fields: [String: Parameter]
    /// The names around these: "card" for what is inside of `card[…]`.
    private let prefix: String
    private var read: Set<String> = []

    package init(_ form: Parameter) {
        self.init(form, prefix: "")
    }

    private init(_ form: Parameter, prefix: String) {
        self.fields = if case .fields(let fields) = form { fields } else { [:] }
        self.prefix = prefix
    }

    /// The names given, in order of the alphabet.
    package var names: [String] { self.fields.keys.sorted() }

    package func has(_ name: String) -> Bool { self.fields[name] != nil }

    /// The name by which the caller knows it: `card[token]`.
    package func path(_ name: String) -> String {
        self.prefix.isEmpty ? name : "\(self.prefix)[\(name)]"
    }

    /// - Parameter length: In Unicode scalars.
    package mutating func text(
        _ name: String, length: ClosedRange<Int> = 0...500
    ) throws(APIError) -> String? {
        self.read.insert(name)
        guard let parameter = self.fields[name] else { return nil }
        guard case .text(let text) = parameter else {
            throw .invalid("Invalid string: \(self.path(name)) must be a text.", self.path(name))
        }
        let count = text.unicodeScalars.count
        guard count <= length.upperBound else {
            throw .invalid(
                "Invalid string: must be at most \(length.upperBound) characters.",
                self.path(name), code: "parameter_invalid_string_max_length")
        }
        guard count >= length.lowerBound else {
            throw .invalid(
                "You passed an empty string for '\(self.path(name))'. We assume empty values are "
                    + "an attempt to unset a parameter; however '\(self.path(name))' cannot be "
                    + "unset.", self.path(name), code: "parameter_invalid_empty")
        }
        return text
    }

    package mutating func requiredText(
        _ name: String, length: ClosedRange<Int> = 1...500
    ) throws(APIError) -> String {
        guard let text = try self.text(name, length: length) else { throw self.missing(name) }
        return text
    }

    package mutating func integer(_ name: String) throws(APIError) -> Int64? {
        guard let text = try self.text(name) else { return nil }
        guard let value = Int64(text), text.first != "+" else {
            throw .invalid(
                "Invalid integer: \(text.prefix(40))", self.path(name),
                code: "parameter_invalid_integer")
        }
        return value
    }

    package mutating func requiredInteger(_ name: String) throws(APIError) -> Int64 {
        guard let value = try self.integer(name) else { throw self.missing(name) }
        return value
    }

    package mutating func flag(_ name: String) throws(APIError) -> Bool? {
        switch try self.text(name) {
        case nil: return nil
        case "true": return true
        case "false": return false
        case let text?:
            throw .invalid("Invalid boolean: \(text.prefix(40))", self.path(name))
        }
    }

    package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws(APIError) -> Choice? {
        guard let text = try self.text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid(
                "Invalid \(self.path(name)): must be one of \(known)", self.path(name))
        }
        return choice
    }

    /// `name[]=…`, or `name[0]=…` and so on.
    package mutating func texts(_ name: String) throws(APIError) -> [String]? {
        self.read.insert(name)
        let items: [Parameter]
        switch self.fields[name] {
        case nil: return nil
        case .items(let given): items = given
        case .fields(let fields):
            let numbered = fields.compactMap { key, value in Int(key).map { ($0, value) } }
            guard numbered.count == fields.count else { throw self.noArray(name) }
            items = numbered.sorted { $0.0 < $1.0 }.map(\.1)
        // An empty text is how an empty list is written.
        case .text(""): return []
        case .text: throw self.noArray(name)
        }
        var texts: [String] = []
        for item in items {
            guard case .text(let text) = item else { throw self.noArray(name) }
            texts.append(text)
        }
        return texts
    }

    /// What is inside of `name[…]`, to be read in turn; `nil` without any.
    package mutating func group(_ name: String) throws(APIError) -> Parameters? {
        self.read.insert(name)
        switch self.fields[name] {
        case nil: return nil
        case .fields: return self.fields[name].map { Parameters($0, prefix: self.path(name)) }
        case .text, .items:
            throw .invalid("Invalid object: \(self.path(name))", self.path(name))
        }
    }

    /// Notes a parameter as known without looking at it.
    package mutating func ignore(_ names: String...) { self.read.formUnion(names) }

    /// - Throws: `parameter_unknown` for what was given and not read.
    package func finish() throws(APIError) {
        let unknown = self.fields.keys.filter { !self.read.contains($0) }.sorted()
        guard let first = unknown.first else { return }
        let names = unknown.map { self.path($0) }.joined(separator: ", ")
        throw .invalid(
            "Received unknown parameter\(unknown.count > 1 ? "s" : ""): \(names)",
            self.path(first), code: "parameter_unknown")
    }

    package func missing(_ name: String) -> APIError {
        .invalid(
            "Missing required param: \(self.path(name)).", self.path(name),
            code: "parameter_missing")
    }

    private func noArray(_ name: String) -> APIError {
        .invalid("Invalid array: \(self.path(name))", self.path(name))
    }
}

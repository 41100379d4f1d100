/// The value of one parameter: a text, or more parameters by name or in order.
package indirect enum Parameter: Hashable, Sendable {
    case text(String)
    /// `name[key]=…`; `name[0]=…` too, as a key may be a number.
    case fields([String: Parameter])
    /// `name[]=…`
    case items([Parameter])

    /// - Throws: When the place is taken by something else.
    mutating func add(
        _ text: String, at path: ArraySlice<Substring>, name: String
    ) throws(APIError) {
        guard let key = path.first else {
            throw .malformed("A parameter has no name.", param: name)
        }
        let rest = path.dropFirst()
        if key.isEmpty {
            try self.addItem(text, rest, name)
        } else {
            try self.addField(String(key), text, rest, name)
        }
    }

    private mutating func addField(
        _ key: String, _ text: String, _ rest: ArraySlice<Substring>, _ name: String
    ) throws(APIError) {
        guard case .fields(var fields) = self else { throw Self.conflict(name) }
        if rest.isEmpty {
            guard fields[key] == nil else { throw Self.conflict(name) }
            fields[key] = .text(text)
        } else {
            var child = fields[key] ?? Self.container(for: rest)
            // Taken out first: the child is then changed in place, not copied.
            fields[key] = nil
            try child.add(text, at: rest, name: name)
            fields[key] = child
        }
        self = .fields(fields)
    }

    private mutating func addItem(
        _ text: String, _ rest: ArraySlice<Substring>, _ name: String
    ) throws(APIError) {
        guard case .items(var items) = self else { throw Self.conflict(name) }
        if rest.isEmpty {
            items.append(.text(text))
        } else if let last = items.last, !last.has(rest) {
            // `a[][x]=1&a[][y]=2`: one item, until a name comes again.
            var last = last
            try last.add(text, at: rest, name: name)
            items[items.count - 1] = last
        } else {
            var item = Self.container(for: rest)
            try item.add(text, at: rest, name: name)
            items.append(item)
        }
        self = .items(items)
    }

    private func has(_ path: ArraySlice<Substring>) -> Bool {
        guard let key = path.first, case .fields(let fields) = self else { return true }
        guard let child = fields[String(key)] else { return false }
        return path.count == 1 || child.has(path.dropFirst())
    }

    private static func container(for path: ArraySlice<Substring>) -> Parameter {
        path.first?.isEmpty == true ? .items([]) : .fields([:])
    }

    private static func conflict(_ name: String) -> APIError {
        .malformed("A parameter is given twice, or both as a value and as a group.", param: name)
    }
}

extension Parameter {
    /// The same bytes for the same parameters, in whatever order they came.
    package var canonical: [UInt8] {
        var bytes: [UInt8] = []
        self.appendCanonical(to: &bytes)
        return bytes
    }

    private func appendCanonical(to bytes: inout [UInt8]) {
        // Lengths first: no text can be mistaken for structure.
        func append(_ text: String) {
            bytes.append(contentsOf: "\(text.utf8.count):".utf8)
            bytes.append(contentsOf: text.utf8)
        }
        switch self {
        case .text(let text):
            bytes.append(UInt8(ascii: "t"))
            append(text)
        case .fields(let fields):
            bytes.append(contentsOf: "f\(fields.count);".utf8)
            for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
                append(key)
                value.appendCanonical(to: &bytes)
            }
        case .items(let items):
            bytes.append(contentsOf: "i\(items.count);".utf8)
            for item in items { item.appendCanonical(to: &bytes) }
        }
    }
}

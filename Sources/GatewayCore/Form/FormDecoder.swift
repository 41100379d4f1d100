/// Takes `application/x-www-form-urlencoded` text apart.
///
///     amount=1000&metadata[order]=7&expand[]=customer&expand[]=latest_charge
///
/// What does not hold is refused as a whole: a form that could be read in two ways moves money in
/// neither.
package struct FormDecoder: Hashable, Sendable {
    /// How much one form may hold.
    package struct Limits: Hashable, Sendable {
        package var pairs: Int
        /// Of brackets in one name.
        package var depth: Int

        package init(pairs: Int = 1_000, depth: Int = 8) {
            self.pairs = pairs
            self.depth = depth
        }
    }

    private let limits: Limits

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// - Throws: 400 `invalid_request_error` that names the parameter at fault, where it has a name.
    package func decode(_ bytes: some Collection<UInt8>) throws(APIError) -> Parameter {
        var root = Parameter.fields([:])
        var count = 0
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            count += 1
            guard count <= self.limits.pairs else {
                throw .malformed("The request has more than \(self.limits.pairs) parameters.")
            }
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.text(parts[0], param: nil)
            let path = try self.path(name)
            let value = parts.count == 2 ? try Self.text(parts[1], param: name) : ""
            try root.add(value, at: path[...], name: name)
        }
        return root
    }

    /// "a[b][]" as "a", "b" and "".
    private func path(_ name: String) throws(APIError) -> [Substring] {
        let opening = name.firstIndex(of: "[") ?? name.endIndex
        var path = [name[..<opening]]
        var rest = name[opening...]
        while !rest.isEmpty {
            guard rest.first == "[", let closing = rest.firstIndex(of: "]") else {
                throw .malformed("The brackets of a parameter's name do not match.", param: name)
            }
            let inner = rest[rest.index(after: rest.startIndex)..<closing]
            guard !inner.contains("[") else {
                throw .malformed("The brackets of a parameter's name do not match.", param: name)
            }
            path.append(inner)
            rest = rest[rest.index(after: closing)...]
        }
        guard !path[0].isEmpty, !path[0].contains("]") else {
            throw .malformed("A parameter has no name.", param: name)
        }
        guard path.count <= self.limits.depth + 1 else {
            throw .malformed("A parameter is nested too deep.", param: name)
        }
        return path
    }

    /// Percent-decoded, in UTF-8.
    private static func text(
        _ bytes: some Collection<UInt8>, param: String?
    ) throws(APIError) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(Self.digit),
                    let low = iterator.next().flatMap(Self.digit)
                else {
                    throw .malformed("A percent sign needs two hexadecimal digits.", param: param)
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw .malformed("The request is not UTF-8.", param: param)
        }
        // The one character of UTF-8 that no database here stores.
        guard !text.utf8.contains(0) else {
            throw .malformed("A parameter must not contain the character U+0000.", param: param)
        }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

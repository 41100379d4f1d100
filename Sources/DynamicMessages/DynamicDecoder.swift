internal import Foundation
internal import Wire

/// Makes JSON from the bytes of a message, by protobuf's JSON mapping. Fields that the server does
/// not describe are left out.
package struct DynamicDecoder: Sendable {
    private let descriptors: Descriptors

    package init(_ descriptors: Descriptors) {
        self.descriptors = descriptors
    }

    /// - Throws: ``DynamicError`` with the path of what cannot be read.
    package func decode(_ bytes: [UInt8], as type: String) throws(DynamicError) -> DynamicValue {
        try self.message(bytes[...], type, "", DynamicEncoder.depth)
    }

    private func message(
        _ bytes: ArraySlice<UInt8>, _ type: String, _ path: String, _ depth: Int
    ) throws(DynamicError) -> DynamicValue {
        guard depth > 0 else { throw DynamicError(path: path, "lies too deep") }
        guard let description = self.descriptors.messages[type] else {
            throw DynamicError(path: path, "the server does not describe \(type)")
        }
        var found: [UInt64: [FieldScanner.Value]] = [:]
        let whole = Array(bytes)
        let span = whole.span
        var scanner = FieldScanner(0..<whole.count)
        while let (number, value) = scanner.next(in: span) {
            found[number, default: []].append(value)
        }
        if scanner.isMalformed { throw DynamicError(path: path, "these bytes are no \(type)") }
        var members: [DynamicValue.Member] = []
        for field in description.fields {
            guard let values = found[field.number] else { continue }
            let path = path.isEmpty ? field.jsonName : "\(path).\(field.jsonName)"
            var read: [DynamicValue] = []
            for value in values { read += try self.values(value, field, whole, path, depth) }
            if field.isRepeated {
                members.append(.init(field.jsonName, self.repeated(read, field)))
            } else if let last = read.last {
                members.append(.init(field.jsonName, last))
            }
        }
        return .object(members)
    }

    /// A map is an object; what else is repeated, an array.
    private func repeated(_ values: [DynamicValue], _ field: FieldDescription) -> DynamicValue {
        guard case .message(let type) = field.kind,
            self.descriptors.messages[type]?.isMapEntry == true
        else { return .array(values) }
        return .object(
            values.map { entry in
                guard case .object(let members) = entry else { return .init("", .null) }
                let key = members.first { $0.name == "key" }?.value
                let value = members.first { $0.name == "value" }?.value
                return .init(Self.keyText(key), value ?? .null)
            })
    }

    private static func keyText(_ key: DynamicValue?) -> String {
        switch key {
        case .text(let text), .number(let text): text
        case .bool(let value): "\(value)"
        default: ""
        }
    }

    /// One value, or several packed into one field.
    private func values(
        _ value: FieldScanner.Value, _ field: FieldDescription, _ bytes: [UInt8], _ path: String,
        _ depth: Int
    ) throws(DynamicError) -> [DynamicValue] {
        switch (value, field.kind) {
        case (.bytes(let range), .message(let type)):
            return [try self.message(bytes[range], type, path, depth - 1)]
        case (.bytes(let range), .string):
            guard let text = String(validating: bytes[range], as: UTF8.self) else {
                throw DynamicError(path: path, "is not valid UTF-8")
            }
            return [.text(text)]
        case (.bytes(let range), .bytes):
            return [.text(Data(bytes[range]).base64EncodedString())]
        case (.bytes(let range), _):
            return try self.packed(field, Array(bytes[range]), path)
        case (.number(let number), _):
            return [self.number(number, field.kind)]
        case (.fixed(let range), _):
            return [self.fixed(bytes[range], field.kind)]
        }
    }

    private func packed(
        _ field: FieldDescription, _ bytes: [UInt8], _ path: String
    ) throws(DynamicError) -> [DynamicValue] {
        let size: Int
        switch field.kind {
        case .double, .fixed64, .sfixed64: size = 8
        case .float, .fixed32, .sfixed32: size = 4
        default: size = 0
        }
        var values: [DynamicValue] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if size > 0 {
                guard rest.count >= size else {
                    throw DynamicError(path: path, "ends in the middle of a number")
                }
                values.append(self.fixed(rest.prefix(size), field.kind))
                rest = rest.dropFirst(size)
                continue
            }
            var number: UInt64 = 0
            guard let end = rest.prefix(10).firstIndex(where: { $0 < 0x80 }) else {
                throw DynamicError(path: path, "ends in the middle of a number")
            }
            for (index, byte) in rest[...end].enumerated() {
                number |= UInt64(byte & 0x7f) << UInt64(7 * index)
            }
            values.append(self.number(number, field.kind))
            rest = rest[(end + 1)...]
        }
        return values
    }

    private func number(_ bits: UInt64, _ kind: FieldDescription.Kind) -> DynamicValue {
        switch kind {
        case .bool: return .bool(bits != 0)
        case .int64: return .text("\(Int64(bitPattern: bits))")
        case .uint64: return .text("\(bits)")
        case .uint32: return .number("\(UInt32(truncatingIfNeeded: bits))")
        case .sint32: return .number("\(Int64(bits >> 1) ^ -Int64(bits & 1))")
        case .sint64: return .text("\(Int64(bits >> 1) ^ -Int64(bits & 1))")
        case .enumeration(let type):
            let number = Int32(truncatingIfNeeded: bits)
            let name = self.descriptors.enums[type]?.values.first { $0.number == number }?.name
            return name.map { .text($0) } ?? .number("\(number)")
        default: return .number("\(Int32(truncatingIfNeeded: bits))")
        }
    }

    private func fixed(_ bytes: ArraySlice<UInt8>, _ kind: FieldDescription.Kind) -> DynamicValue {
        let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch kind {
        case .double: return Self.float(Double(bitPattern: bits))
        case .float: return Self.float(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .fixed64: return .text("\(bits)")
        case .sfixed64: return .text("\(Int64(bitPattern: bits))")
        case .sfixed32: return .number("\(Int32(truncatingIfNeeded: bits))")
        default: return .number("\(bits)")
        }
    }

    private static func float(_ value: some BinaryFloatingPoint & LosslessStringConvertible)
        -> DynamicValue
    {
        if value.isNaN { return .text("NaN") }
        if value.isInfinite { return .text(value < 0 ? "-Infinity" : "Infinity") }
        return .number("\(value)")
    }
}

internal import Foundation
internal import Wire

/// Makes the bytes of a message from JSON, by protobuf's JSON mapping.
package struct DynamicEncoder: Sendable {
    /// Messages within each other.
    static let depth = 64

    private let descriptors: Descriptors

    package init(_ descriptors: Descriptors) {
        self.descriptors = descriptors
    }

    /// - Throws: ``DynamicError`` with the path of the field at fault.
    package func encode(_ value: DynamicValue, as type: String) throws(DynamicError) -> [UInt8] {
        try self.message(value, type, "", Self.depth)
    }

    private func message(
        _ value: DynamicValue, _ type: String, _ path: String, _ depth: Int
    ) throws(DynamicError) -> [UInt8] {
        guard depth > 0 else { throw DynamicError(path: path, "lies too deep") }
        guard let description = self.descriptors.messages[type] else {
            throw DynamicError(path: path, "the server does not describe \(type)")
        }
        guard case .object(let members) = value else {
            throw DynamicError(path: path, "must be an object of \(type)")
        }
        var buffer = WriteBuffer()
        var oneofs: Set<String> = []
        for member in members {
            guard let field = description.field(named: member.name) else {
                let known = description.fields.map(\.jsonName).joined(separator: ", ")
                throw DynamicError(
                    path: Self.join(path, member.name), "\(type) has no such field; it has \(known)"
                )
            }
            if case .null = member.value { continue }
            let path = Self.join(path, member.name)
            if let oneof = field.oneof, !oneofs.insert(oneof).inserted {
                throw DynamicError(path: path, "another field of \(oneof) is given as well")
            }
            try self.append(member.value, field, path, depth, to: &buffer)
        }
        return buffer.withSpan { span in span.withUnsafeBufferPointer { [UInt8]($0) } }
    }

    private static func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    private func append(
        _ value: DynamicValue, _ field: FieldDescription, _ path: String, _ depth: Int,
        to buffer: inout WriteBuffer
    ) throws(DynamicError) {
        guard field.isRepeated else {
            return try self.appendOne(value, field, path, depth, to: &buffer)
        }
        if case .message(let type) = field.kind, let entry = self.descriptors.messages[type],
            entry.isMapEntry, case .object(let members) = value
        {
            for member in members {
                let pair = DynamicValue.object([
                    .init("key", .text(member.name)), .init("value", member.value),
                ])
                try self.appendOne(pair, field, Self.join(path, member.name), depth, to: &buffer)
            }
            return
        }
        guard case .array(let values) = value else {
            throw DynamicError(path: path, "must be an array")
        }
        for (index, value) in values.enumerated() {
            try self.appendOne(value, field, "\(path)[\(index)]", depth, to: &buffer)
        }
    }

    private func appendOne(
        _ value: DynamicValue, _ field: FieldDescription, _ path: String, _ depth: Int,
        to buffer: inout WriteBuffer
    ) throws(DynamicError) {
        func tag(_ wireType: UInt64) { buffer.append(varint: field.number << 3 | wireType) }
        func lengthDelimited(_ bytes: [UInt8]) {
            tag(2)
            buffer.append(varint: UInt64(bytes.count))
            buffer.append(bytes)
        }
        switch field.kind {
        case .message(let type):
            lengthDelimited(try self.message(value, type, path, depth - 1))
        case .string:
            guard case .text(let text) = value else {
                throw DynamicError(path: path, "must be a text")
            }
            lengthDelimited(Array(text.utf8))
        case .bytes:
            guard case .text(let text) = value, let data = Data(base64Encoded: text) else {
                throw DynamicError(path: path, "must be bytes in base64")
            }
            lengthDelimited([UInt8](data))
        case .bool:
            let isTrue: Bool
            switch value {
            case .bool(let bool): isTrue = bool
            case .text("true"): isTrue = true
            case .text("false"): isTrue = false
            default: throw DynamicError(path: path, "must be true or false")
            }
            tag(0)
            buffer.append(varint: isTrue ? 1 : 0)
        case .enumeration(let type):
            tag(0)
            let number = try self.enumeration(value, type, path)
            buffer.append(varint: UInt64(bitPattern: Int64(number)))
        case .double:
            tag(1)
            buffer.append(littleEndian: try Self.float(value, path).bitPattern, bytes: 8)
        case .float:
            tag(5)
            let bits = Float(try Self.float(value, path)).bitPattern
            buffer.append(littleEndian: UInt64(bits), bytes: 4)
        case .int32, .int64:
            tag(0)
            let number = try Self.signed(value, path, bits: field.kind == .int32 ? 32 : 64)
            buffer.append(varint: UInt64(bitPattern: number))
        case .sint32, .sint64:
            tag(0)
            let number = try Self.signed(value, path, bits: field.kind == .sint32 ? 32 : 64)
            buffer.append(varint: UInt64(bitPattern: number << 1 ^ number >> 63))
        case .uint32, .uint64:
            tag(0)
            buffer.append(
                varint: try Self.unsigned(value, path, bits: field.kind == .uint32 ? 32 : 64))
        case .fixed32, .fixed64:
            let bits = field.kind == .fixed32 ? 32 : 64
            tag(bits == 32 ? 5 : 1)
            buffer.append(
                littleEndian: try Self.unsigned(value, path, bits: bits), bytes: bits / 8)
        case .sfixed32, .sfixed64:
            let bits = field.kind == .sfixed32 ? 32 : 64
            tag(bits == 32 ? 5 : 1)
            let number = try Self.signed(value, path, bits: bits)
            buffer.append(littleEndian: UInt64(bitPattern: number), bytes: bits / 8)
        }
    }

    private func enumeration(
        _ value: DynamicValue, _ type: String, _ path: String
    ) throws(DynamicError) -> Int32 {
        let values = self.descriptors.enums[type]?.values ?? []
        if case .text(let name) = value {
            guard let found = values.first(where: { $0.name == name }) else {
                let known = values.map(\.name).joined(separator: ", ")
                throw DynamicError(path: path, "\"\(name)\" is none of \(known)")
            }
            return found.number
        }
        return Int32(truncatingIfNeeded: try Self.signed(value, path, bits: 32))
    }

    /// The text of a number, which may stand in quotes.
    private static func digits(_ value: DynamicValue) -> String? {
        switch value {
        case .number(let text), .text(let text): text
        case .null, .bool, .array, .object: nil
        }
    }

    private static func signed(
        _ value: DynamicValue, _ path: String, bits: Int
    ) throws(DynamicError) -> Int64 {
        guard let number = Self.digits(value).flatMap({ Int64($0) }),
            bits == 64 || Int32(exactly: number) != nil
        else { throw DynamicError(path: path, "must be a whole number of \(bits) bits") }
        return number
    }

    private static func unsigned(
        _ value: DynamicValue, _ path: String, bits: Int
    ) throws(DynamicError) -> UInt64 {
        guard let number = Self.digits(value).flatMap({ UInt64($0) }),
            bits == 64 || UInt32(exactly: number) != nil
        else {
            throw DynamicError(path: path, "must be a whole number from 0, of \(bits) bits")
        }
        return number
    }

    private static func float(
        _ value: DynamicValue, _ path: String
    ) throws(DynamicError) -> Double {
        switch Self.digits(value) {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        case let text?:
            if let number = Double(text) { return number }
        case nil: break
        }
        throw DynamicError(path: path, "must be a number")
    }
}

extension WriteBuffer {
    fileprivate mutating func append(littleEndian value: UInt64, bytes: Int) {
        for index in 0..<bytes {
            self.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
        }
    }
}

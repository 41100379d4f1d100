internal import Wire

/// What protos declare, read from a `google.protobuf.FileDescriptorSet` that a server gives.
package struct Descriptors: Sendable {
    package private(set) var messages: [String: MessageDescription] = [:]
    package private(set) var enums: [String: EnumDescription] = [:]
    package private(set) var services: [String: ServiceDescription] = [:]

    /// - Throws: ``DynamicError`` when the bytes are no such set.
    package init(_ bytes: [UInt8]) throws(DynamicError) {
        var reader = DescriptorReader(bytes)
        for file in try reader.messages(1, in: 0..<bytes.count) { try self.readFile(file, &reader) }
    }

    private mutating func readFile(
        _ file: Range<Int>, _ reader: inout DescriptorReader
    ) throws(DynamicError) {
        let package = try reader.text(2, in: file)
        for message in try reader.messages(4, in: file) {
            try self.readMessage(message, within: package, &reader)
        }
        for found in try reader.messages(5, in: file) {
            try self.readEnum(found, within: package, &reader)
        }
        for service in try reader.messages(6, in: file) {
            let name = Self.join(package, try reader.text(1, in: service))
            var methods: [MethodDescription] = []
            for method in try reader.messages(2, in: service) {
                methods.append(
                    MethodDescription(
                        name: try reader.text(1, in: method),
                        input: Self.bare(try reader.text(2, in: method)),
                        output: Self.bare(try reader.text(3, in: method)),
                        clientStreams: try reader.number(5, in: method) == 1,
                        serverStreams: try reader.number(6, in: method) == 1))
            }
            self.services[name] = ServiceDescription(name: name, methods: methods)
        }
    }

    private mutating func readMessage(
        _ range: Range<Int>, within scope: String, _ reader: inout DescriptorReader
    ) throws(DynamicError) {
        let name = Self.join(scope, try reader.text(1, in: range))
        var fields: [FieldDescription] = []
        let oneofs = try reader.messages(8, in: range)
        for field in try reader.messages(2, in: range) {
            let type = Self.bare(try reader.text(6, in: field))
            let number = try reader.number(3, in: field) ?? 0
            guard
                let kind = FieldDescription.Kind(
                    number: try reader.number(5, in: field) ?? 0, type: type)
            else {
                throw DynamicError(path: name, "field \(number) is of a kind that is not known")
            }
            let oneof = try reader.number(9, in: field).flatMap { Int(exactly: $0) }
            fields.append(
                FieldDescription(
                    number: number, name: try reader.text(1, in: field),
                    jsonName: try reader.text(10, in: field), kind: kind,
                    isRepeated: try reader.number(4, in: field) == 3,
                    oneof: try oneof.flatMap { (index) throws(DynamicError) in
                        index < oneofs.count ? try reader.text(1, in: oneofs[index]) : nil
                    }))
        }
        let options = try reader.messages(7, in: range).first
        let isMapEntry = try options.map { (range) throws(DynamicError) in
            try reader.number(7, in: range) == 1
        }
        self.messages[name] = MessageDescription(
            name: name, fields: fields, isMapEntry: isMapEntry ?? false)
        for nested in try reader.messages(3, in: range) {
            try self.readMessage(nested, within: name, &reader)
        }
        for found in try reader.messages(4, in: range) {
            try self.readEnum(found, within: name, &reader)
        }
    }

    private mutating func readEnum(
        _ range: Range<Int>, within scope: String, _ reader: inout DescriptorReader
    ) throws(DynamicError) {
        let name = Self.join(scope, try reader.text(1, in: range))
        var values: [(name: String, number: Int32)] = []
        for value in try reader.messages(2, in: range) {
            let number = Int32(truncatingIfNeeded: try reader.number(2, in: value) ?? 0)
            values.append((try reader.text(1, in: value), number))
        }
        self.enums[name] = EnumDescription(name: name, values: values)
    }

    private static func join(_ scope: String, _ name: String) -> String {
        scope.isEmpty ? name : "\(scope).\(name)"
    }

    /// Types are named with a dot before them.
    private static func bare(_ name: String) -> String {
        name.hasPrefix(".") ? String(name.dropFirst()) : name
    }
}

package struct ServiceDescription: Sendable {
    package let name: String
    package let methods: [MethodDescription]
}

package struct MethodDescription: Sendable {
    package let name: String
    package let input: String
    package let output: String
    package let clientStreams: Bool
    package let serverStreams: Bool
}

package struct MessageDescription: Sendable {
    package let name: String
    package let fields: [FieldDescription]
    package let isMapEntry: Bool

    /// By either of its names.
    func field(named name: String) -> FieldDescription? {
        self.fields.first { $0.jsonName == name || $0.name == name }
    }
}

package struct EnumDescription: Sendable {
    package let name: String
    package let values: [(name: String, number: Int32)]
}

package struct FieldDescription: Sendable {
    package enum Kind: Hashable, Sendable {
        case double, float, int64, uint64, int32, fixed64, fixed32, bool, string, bytes
        case uint32, sfixed32, sfixed64, sint32, sint64
        case message(String)
        case enumeration(String)

        /// By `FieldDescriptorProto.Type`; groups are not known.
        init?(number: UInt64, type: String) {
            switch number {
            case 1: self = .double
            case 2: self = .float
            case 3: self = .int64
            case 4: self = .uint64
            case 5: self = .int32
            case 6: self = .fixed64
            case 7: self = .fixed32
            case 8: self = .bool
            case 9: self = .string
            case 11: self = .message(type)
            case 12: self = .bytes
            case 13: self = .uint32
            case 14: self = .enumeration(type)
            case 15: self = .sfixed32
            case 16: self = .sfixed64
            case 17: self = .sint32
            case 18: self = .sint64
            default: return nil
            }
        }

        /// As a proto writes it.
        package var text: String {
            switch self {
            case .message(let name), .enumeration(let name): name
            default: "\(self)"
            }
        }
    }

    package let number: UInt64
    package let name: String
    package let jsonName: String
    package let kind: Kind
    package let isRepeated: Bool
    package let oneof: String?
}

/// What cannot be read or written, and where.
package struct DynamicError: Error, CustomStringConvertible {
    /// Names of fields down to the one at fault; empty for the whole.
    package let path: String
    package let problem: String

    init(path: String, _ problem: String) {
        self.path = path
        self.problem = problem
    }

    package var description: String {
        self.path.isEmpty ? self.problem : "\(self.path): \(self.problem)"
    }
}

/// Finds fields of the messages that protos are described with.
struct DescriptorReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func messages(_ field: UInt64, in range: Range<Int>) throws(DynamicError) -> [Range<Int>] {
        var found: [Range<Int>] = []
        let bytes = self.bytes.span
        var scanner = FieldScanner(range)
        while let (number, value) = scanner.next(in: bytes) {
            if number == field, case .bytes(let inner) = value { found.append(inner) }
        }
        if scanner.isMalformed { throw DynamicError(path: "", "the descriptors cannot be read") }
        return found
    }

    func text(_ field: UInt64, in range: Range<Int>) throws(DynamicError) -> String {
        let last = try self.messages(field, in: range).last
        return last.map { String(decoding: self.bytes[$0], as: UTF8.self) } ?? ""
    }

    func number(_ field: UInt64, in range: Range<Int>) throws(DynamicError) -> UInt64? {
        var found: UInt64?
        let bytes = self.bytes.span
        var scanner = FieldScanner(range)
        while let (number, value) = scanner.next(in: bytes) {
            if number == field, case .number(let value) = value { found = value }
        }
        if scanner.isMalformed { throw DynamicError(path: "", "the descriptors cannot be read") }
        return found
    }
}

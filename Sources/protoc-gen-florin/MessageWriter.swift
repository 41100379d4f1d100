/// Writes a message as a Swift struct: its properties and initializers.
struct MessageWriter {
    private let proto: ProtoMessage

    init(_ proto: ProtoMessage) { self.proto = proto }

    func write(to writer: inout SourceWriter) {
        let name = SwiftNames.nested(self.proto.name.path.last ?? "")
        writer.line()
        writer.block("extension \(SwiftNames.scope(self.proto.name))") { writer in
            writer.documentation(
                self.proto.comment, orElse: "The message `\(self.proto.name.fullName)`.")
            writer.block("package struct \(name): Message") { writer in
                let properties = self.proto.properties
                for property in properties {
                    writer.documentation(property.comment)
                    writer.line(
                        "package var \(property.name): \(property.type) = \(property.initial)")
                }
                if !properties.isEmpty { writer.line() }
                writer.line("package init() {}")
                if !properties.isEmpty {
                    self.writeInitializer(properties, to: &writer)
                }
                self.writeOneofs(to: &writer)
            }
        }
    }

    private func writeInitializer(
        _ properties: [SwiftProperty], to writer: inout SourceWriter
    ) {
        writer.line()
        writer.line("package init(")
        writer.indented { writer in
            for (index, property) in properties.enumerated() {
                let comma = index + 1 < properties.count ? "," : ""
                writer.line("\(property.name): \(property.type) = \(property.initial)\(comma)")
            }
        }
        writer.block(")") { writer in
            for property in properties { writer.line("self.\(property.name) = \(property.name)") }
        }
    }

    private func writeOneofs(to writer: inout SourceWriter) {
        for (index, oneof) in self.proto.oneofs.enumerated() {
            writer.line()
            writer.documentation(oneof.comment, orElse: "One of the members of `\(oneof.name)`.")
            writer.block(
                "package enum \(SwiftNames.typeOfOneof(oneof.name)): Hashable, Sendable"
            ) { writer in
                for field in self.proto.fields where field.oneof == index {
                    writer.documentation(field.comment)
                    writer.line("case \(SwiftNames.property(field.name))(\(field.elementType))")
                }
            }
        }
    }
}

/// A stored property of a message's struct.
struct SwiftProperty {
    let name: String
    let type: String
    /// What it is unless set.
    let initial: String
    let comment: String
}

extension ProtoMessage {
    /// In the order of the proto; a oneof stands where its first member does.
    var properties: [SwiftProperty] {
        var seen: Set<Int> = []
        return self.fields.compactMap { field in
            guard let index = field.oneof else { return field.property }
            guard seen.insert(index).inserted else { return nil }
            let oneof = self.oneofs[index]
            return SwiftProperty(
                name: SwiftNames.property(oneof.name),
                type: SwiftNames.typeOfOneof(oneof.name) + "?", initial: "nil",
                comment: oneof.comment)
        }
    }
}

extension ProtoField {
    /// The Swift type of one value of the field.
    var elementType: String {
        switch self.kind {
        case .number(let type): type
        case .bool: "Bool"
        case .string: "String"
        case .bytes: "[UInt8]"
        case .message(let name), .enumeration(let name): SwiftNames.type(name)
        }
    }

    var property: SwiftProperty {
        let type: String
        let initial: String
        if self.isRepeated {
            (type, initial) = ("[\(self.elementType)]", "[]")
        } else {
            switch self.kind {
            case .number: (type, initial) = (self.elementType, "0")
            case .bool: (type, initial) = ("Bool", "false")
            case .string: (type, initial) = ("String", "\"\"")
            case .bytes: (type, initial) = ("[UInt8]", "[]")
            case .message: (type, initial) = (self.elementType + "?", "nil")
            case .enumeration:
                (type, initial) = (self.elementType, "\(self.elementType)(rawValue: 0)")
            }
        }
        return SwiftProperty(
            name: SwiftNames.property(self.name), type: type, initial: initial,
            comment: self.comment)
    }
}

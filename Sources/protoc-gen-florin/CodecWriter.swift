/// Writes how a message's struct is read from the C message and packed into it.
struct CodecWriter {
    private let proto: ProtoMessage
    private let cType: String

    init(_ proto: ProtoMessage) {
        self.proto = proto
        self.cType = CNames.type(proto.name)
    }

    func write(to writer: inout SourceWriter) {
        let initializer = CNames.initializer(self.proto.name)
        writer.line()
        writer.block("extension \(SwiftNames.type(self.proto.name))") { writer in
            writer.line(
                "package static var messageName: String { \"\(self.proto.name.fullName)\" }")
            writer.line()
            writer.line("package static let layout: MessageLayout = {")
            writer.indented { writer in
                writer.line("var message = unsafe \(self.cType)()")
                writer.line("unsafe \(initializer)(&message)")
                writer.line("return unsafe MessageLayout(descriptor: message.base.descriptor)")
            }
            writer.line("}()")
            writer.line()
            self.writeUnpacking(to: &writer)
            writer.line()
            self.writePacking(to: &writer)
            writer.line()
            writer.documentation(" The message as a C message of its own.")
            writer.block(
                "@unsafe func packed(in arena: borrowing Arena) -> UnsafeMutablePointer<\(self.cType)>"
            ) { writer in
                writer.line("let message = unsafe arena.allocate(\(self.cType).self)")
                writer.line("unsafe \(initializer)(message)")
                writer.line("unsafe self.pack(into: message, arena)")
                writer.line("return unsafe message")
            }
        }
    }

    // MARK: Unpacking

    private func writeUnpacking(to writer: inout SourceWriter) {
        writer.block(
            "@unsafe package init(unpacking pointer: UnsafeRawPointer) throws(WireError)"
        ) { writer in
            if self.proto.fields.isEmpty { return }
            writer.line(
                "let message = unsafe pointer.assumingMemoryBound(to: \(self.cType).self)")
            for field in self.proto.fields where field.oneof == nil {
                if field.isRepeated {
                    self.unpackRepeated(field, to: &writer)
                } else {
                    self.unpackSingle(field, to: &writer)
                }
            }
            for index in self.proto.oneofs.indices { self.unpackOneof(index, to: &writer) }
        }
    }

    private func unpackSingle(_ field: ProtoField, to writer: inout SourceWriter) {
        let property = SwiftNames.property(field.name)
        let source = "message.pointee.\(CNames.field(field.name))"
        if case .message = field.kind {
            writer.block("if let value = unsafe \(source)") { writer in
                writer.line("self.\(property) = try unsafe \(field.elementType)(unpacking: value)")
            }
        } else {
            let prefix = field.kind == .string ? "try unsafe" : "unsafe"
            writer.line("\(prefix) self.\(property) = \(field.unpacked(source))")
        }
    }

    private func unpackRepeated(_ field: ProtoField, to writer: inout SourceWriter) {
        let property = SwiftNames.property(field.name)
        let source = "message.pointee.\(CNames.field(field.name))"
        let count = "message.pointee.\(CNames.count(field.name))"
        switch field.kind {
        case .message:
            writer.line("self.\(property) = try unsafe unpackMessages(\(source), \(count)) {")
            writer.indented { writer in
                writer.line("(element) throws(WireError) in")
                writer.line("try unsafe \(field.elementType)(unpacking: element)")
            }
            writer.line("}")
        case .string:
            writer.line("self.\(property) = try unsafe unpackArray(\(source), \(count)) {")
            writer.indented { writer in
                writer.line("(element) throws(WireError) in")
                writer.line("try unsafe \(field.unpacked("element"))")
            }
            writer.line("}")
        case .bytes, .bool, .enumeration, .number:
            writer.line(
                "self.\(property) = unsafe unpackArray(\(source), \(count)) { "
                    + "\(field.unpacksUnsafely ? "unsafe " : "")\(field.unpacked("$0")) }")
        }
    }

    private func unpackOneof(_ index: Int, to writer: inout SourceWriter) {
        let oneof = self.proto.oneofs[index]
        let property = SwiftNames.property(oneof.name)
        writer.block(
            "switch unsafe message.pointee.\(CNames.oneofCase(oneof.name)).rawValue"
        ) { writer in
            for field in self.proto.fields where field.oneof == index {
                let source = "message.pointee.\(CNames.field(field.name))"
                let name = SwiftNames.property(field.name)
                writer.line("case \(field.number):")
                writer.indented { writer in
                    if case .message = field.kind {
                        writer.block("if let value = unsafe \(source)") { writer in
                            writer.line(
                                "self.\(property) = .\(name)(try unsafe "
                                    + "\(field.elementType)(unpacking: value))")
                        }
                    } else {
                        let prefix = field.kind == .string ? "try unsafe" : "unsafe"
                        writer.line(
                            "\(prefix) self.\(property) = .\(name)(\(field.unpacked(source)))")
                    }
                }
            }
            writer.line("default: self.\(property) = nil")
        }
    }

    // MARK: Packing

    private func writePacking(to writer: inout SourceWriter) {
        writer.block(
            "@unsafe package func pack(into pointer: UnsafeMutableRawPointer, "
                + "_ arena: borrowing Arena)"
        ) { writer in
            if self.proto.fields.isEmpty { return }
            writer.line(
                "let message = unsafe pointer.assumingMemoryBound(to: \(self.cType).self)")
            for field in self.proto.fields where field.oneof == nil {
                let property = "self.\(SwiftNames.property(field.name))"
                let target = "message.pointee.\(CNames.field(field.name))"
                if field.isRepeated {
                    self.packRepeated(field, property, target, to: &writer)
                } else if case .message = field.kind {
                    writer.line("unsafe \(target) = \(property)?.packed(in: arena)")
                } else {
                    writer.line(field.packing(property, into: target))
                }
            }
            for index in self.proto.oneofs.indices { self.packOneof(index, to: &writer) }
        }
    }

    private func packRepeated(
        _ field: ProtoField, _ property: String, _ target: String, to writer: inout SourceWriter
    ) {
        writer.line("unsafe message.pointee.\(CNames.count(field.name)) = packArray(")
        writer.indented { writer in
            writer.line("\(property), &\(target), room: { unsafe arena.allocate(count: $0) }")
        }
        writer.line(") { element, slot in")
        writer.indented { writer in
            switch field.kind {
            case .string, .bytes:
                writer.line("unsafe slot.initialize(to: ProtobufCBinaryData())")
                writer.line(field.packing("element", into: "slot.pointee"))
            case .message: writer.line("unsafe slot.initialize(to: element.packed(in: arena))")
            case .enumeration:
                writer.line(
                    "unsafe slot.initialize(to: "
                        + ".init(rawValue: .init(truncatingIfNeeded: element.rawValue)))")
            case .bool: writer.line("unsafe slot.initialize(to: element ? 1 : 0)")
            case .number: writer.line("unsafe slot.initialize(to: element)")
            }
        }
        writer.line("}")
    }

    private func packOneof(_ index: Int, to writer: inout SourceWriter) {
        let oneof = self.proto.oneofs[index]
        writer.block("switch self.\(SwiftNames.property(oneof.name))") { writer in
            for field in self.proto.fields where field.oneof == index {
                let target = "message.pointee.\(CNames.field(field.name))"
                writer.line("case .\(SwiftNames.property(field.name))(let value):")
                writer.indented { writer in
                    writer.line(
                        "unsafe message.pointee.\(CNames.oneofCase(oneof.name)) = "
                            + ".init(rawValue: \(field.number))")
                    if case .message = field.kind {
                        writer.line("unsafe \(target) = value.packed(in: arena)")
                    } else {
                        writer.line(field.packing("value", into: target))
                    }
                }
            }
            writer.line("case nil: break")
        }
    }
}

extension ProtoField {
    /// Whether reading one value follows a pointer.
    fileprivate var unpacksUnsafely: Bool { self.kind == .bytes || self.kind == .string }

    /// The expression that reads one value that is no message from a C expression.
    fileprivate func unpacked(_ source: String) -> String {
        switch self.kind {
        case .number, .message: source
        case .bool: "\(source) != 0"
        case .string:
            "unpackString(\(source).data, \(source).len, Self.messageName, \"\(self.name)\")"
        case .bytes: "unpackBytes(\(source).data, \(source).len)"
        case .enumeration:
            "\(self.elementType)(rawValue: Int32(truncatingIfNeeded: \(source).rawValue))"
        }
    }

    /// The statement that writes one value that is no message to a C expression.
    fileprivate func packing(_ value: String, into target: String) -> String {
        switch self.kind {
        case .number, .message: "unsafe \(target) = \(value)"
        case .bool: "unsafe \(target) = \(value) ? 1 : 0"
        case .string, .bytes: "unsafe \(target).len = arena.copy(\(value), to: &\(target).data)"
        case .enumeration:
            "unsafe \(target) = .init(rawValue: .init(truncatingIfNeeded: \(value).rawValue))"
        }
    }
}

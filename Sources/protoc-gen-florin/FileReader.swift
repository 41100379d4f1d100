internal import CMessages
internal import CProtobufC

/// Reads one file's C descriptor, with its comments.
@safe struct FileReader {
    let file: SchemaReader.File
    let types: [String: ProtoTypeName]
    let comments: [[Int32]: String]

    func read(isWanted: Bool) throws(PluginError) -> ProtoFile {
        let package = unsafe text(self.file.package)
        let top = ProtoTypeName(package: package, path: [])
        let enums = unsafe values(self.file.enum_type, self.file.n_enum_type)
        guard isWanted else {
            // Only its types' names are needed, and the roles.
            return unsafe ProtoFile(
                name: text(self.file.name), package: package, isWanted: false, messages: [],
                enums: self.read(enums, in: top, [5]), services: [])
        }
        return unsafe ProtoFile(
            name: text(self.file.name), package: package, isWanted: true,
            messages: try self.read(
                values(self.file.message_type, self.file.n_message_type), in: top, [4]),
            enums: self.read(enums, in: top, [5]),
            services: try self.readServices(package))
    }

    private func read(
        _ messages: [SchemaReader.Message], in outer: ProtoTypeName, _ path: [Int32]
    ) throws(PluginError) -> [ProtoMessage] {
        var result: [ProtoMessage] = []
        for index in unsafe messages.indices {
            let message = unsafe messages[index]
            let path = path + [Int32(index)]
            let name = unsafe outer.nested(text(message.name))
            let oneofs = unsafe values(message.oneof_decl, message.n_oneof_decl).enumerated().map {
                unsafe ProtoOneof(
                    name: text($1.name), comment: self.comments[path + [8, Int32($0)]] ?? "")
            }
            result.append(
                unsafe ProtoMessage(
                    name: name, comment: self.comments[path] ?? "",
                    fields: try self.readFields(of: message, name, path), oneofs: oneofs,
                    messages: try self.read(
                        values(message.nested_type, message.n_nested_type), in: name, path + [3]),
                    enums: self.read(
                        values(message.enum_type, message.n_enum_type), in: name, path + [4])))
        }
        return result
    }

    private func readFields(
        of message: SchemaReader.Message, _ name: ProtoTypeName, _ path: [Int32]
    ) throws(PluginError) -> [ProtoField] {
        var fields: [ProtoField] = []
        let found = unsafe values(message.field, message.n_field)
        for index in unsafe found.indices {
            let field = unsafe found[index]
            let fieldName = unsafe text(field.name)
            let place = "\(name.fullName).\(fieldName)"
            if unsafe field.proto3_optional != 0 {
                throw PluginError("\(place): protoc-c knows no `optional`; use a oneof of one")
            }
            fields.append(
                unsafe ProtoField(
                    name: fieldName, number: field.number, kind: try self.kind(of: field, place),
                    isRepeated: field.label
                        == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED,
                    oneof: field.has_oneof_index != 0 ? Int(field.oneof_index) : nil,
                    comment: self.comments[path + [2, Int32(index)]] ?? ""))
        }
        return fields
    }

    private func kind(
        of field: Google__Protobuf__FieldDescriptorProto, _ place: String
    ) throws(PluginError) -> ProtoField.Kind {
        switch unsafe field.type {
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_DOUBLE: return .number("Double")
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FLOAT: return .number("Float")
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT64,
            GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SINT64,
            GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SFIXED64:
            return .number("Int64")
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT64,
            GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FIXED64:
            return .number("UInt64")
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT32,
            GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SINT32,
            GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_SFIXED32:
            return .number("Int32")
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT32,
            GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_FIXED32:
            return .number("UInt32")
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL: return .bool
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING: return .string
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES: return .bytes
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE:
            return .message(try self.resolve(unsafe text(field.type_name)))
        case GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_ENUM:
            return .enumeration(try self.resolve(unsafe text(field.type_name)))
        default: throw PluginError("\(place): a kind of field that is not supported")
        }
    }

    /// - Parameter name: As descriptors write it: ".florin.common.v1.Money".
    private func resolve(_ name: String) throws(PluginError) -> ProtoTypeName {
        guard let type = self.types[String(name.dropFirst())] else {
            throw PluginError("\(name): declared nowhere")
        }
        return type
    }

    private func read(
        _ enums: [SchemaReader.Enum], in outer: ProtoTypeName, _ path: [Int32]
    ) -> [ProtoEnum] {
        unsafe enums.enumerated().map { index, found in
            let path = path + [Int32(index)]
            let values = unsafe values(found.value, found.n_value).enumerated().map {
                unsafe ProtoEnum.Value(
                    name: text($1.name), number: $1.number,
                    comment: self.comments[path + [2, Int32($0)]] ?? "")
            }
            return unsafe ProtoEnum(
                name: outer.nested(text(found.name)), comment: self.comments[path] ?? "",
                values: values)
        }
    }

    private func readServices(_ package: String) throws(PluginError) -> [ProtoService] {
        var services: [ProtoService] = []
        let found = unsafe values(self.file.service, self.file.n_service)
        for index in unsafe found.indices {
            let service = unsafe found[index]
            let path = [6, Int32(index)]
            var methods: [ProtoMethod] = []
            let methodsFound = unsafe values(service.method, service.n_method)
            for index in unsafe methodsFound.indices {
                let comment = self.comments[path + [2, Int32(index)]] ?? ""
                methods.append(try unsafe self.read(methodsFound[index], comment))
            }
            services.append(
                unsafe ProtoService(
                    name: text(service.name), package: package,
                    comment: self.comments[path] ?? "", methods: methods))
        }
        return services
    }

    private func read(
        _ method: Google__Protobuf__MethodDescriptorProto, _ comment: String
    ) throws(PluginError) -> ProtoMethod {
        let name = unsafe text(method.name)
        let kind = unsafe ProtoMethod.Kind(
            clientStreams: method.client_streaming != 0,
            serverStreams: method.server_streaming != 0)
        let policy = try unsafe MethodPolicy(of: method.options, name)
        if policy.isImmediate, kind != .unary {
            throw PluginError("\(name): only a unary method can be immediate")
        }
        return ProtoMethod(
            name: name, kind: kind, comment: comment,
            input: try self.resolve(unsafe text(method.input_type)),
            output: try self.resolve(unsafe text(method.output_type)),
            policy: policy)
    }
}

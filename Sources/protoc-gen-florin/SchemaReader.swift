internal import CMessages
internal import CProtobufC

/// Reads the C descriptors of a request into a ``Schema``.
enum SchemaReader {
    typealias Request = Google__Protobuf__Compiler__CodeGeneratorRequest
    typealias File = Google__Protobuf__FileDescriptorProto
    typealias Message = Google__Protobuf__DescriptorProto
    typealias Enum = Google__Protobuf__EnumDescriptorProto

    static func read(_ request: UnsafePointer<Request>) throws(PluginError) -> Schema {
        let wanted = unsafe Set(
            UnsafeBufferPointer(
                start: request.pointee.file_to_generate,
                count: request.pointee.n_file_to_generate
            ).map { unsafe text($0) })
        let files = unsafe values(request.pointee.proto_file, request.pointee.n_proto_file)

        // Names first: a field may use a type that a later file declares.
        var schema = Schema()
        for index in unsafe files.indices {
            unsafe Self.collectTypes(of: files[index], into: &schema)
        }
        for index in unsafe files.indices {
            let file = unsafe files[index]
            let reader = unsafe FileReader(
                file: file, types: schema.types, comments: Self.comments(of: file))
            schema.files.append(
                try reader.read(isWanted: unsafe wanted.contains(text(file.name))))
        }
        let roles = schema.files.flatMap(\.enums).first {
            $0.name.fullName == "florin.options.v1.Role"
        }
        for value in roles?.values ?? [] { schema.roleNames[value.number] = value.name }
        return schema
    }

    private static func collectTypes(of file: File, into schema: inout Schema) {
        let top = unsafe ProtoTypeName(package: text(file.package), path: [])
        unsafe Self.collect(
            values(file.message_type, file.n_message_type),
            values(file.enum_type, file.n_enum_type), within: top, into: &schema)
    }

    private static func collect(
        _ messages: [Message], _ enums: [Enum], within outer: ProtoTypeName,
        into schema: inout Schema
    ) {
        for index in unsafe enums.indices {
            let name = unsafe outer.nested(text(enums[index].name))
            schema.types[name.fullName] = name
        }
        for index in unsafe messages.indices {
            let message = unsafe messages[index]
            let name = unsafe outer.nested(text(message.name))
            schema.types[name.fullName] = name
            unsafe Self.collect(
                values(message.nested_type, message.n_nested_type),
                values(message.enum_type, message.n_enum_type), within: name, into: &schema)
        }
    }

    /// The comment before each declaration, by the declaration's path in the descriptor.
    private static func comments(of file: File) -> [[Int32]: String] {
        guard let info = unsafe file.source_code_info?.pointee else { return [:] }
        var comments: [[Int32]: String] = [:]
        let locations = unsafe values(info.location, info.n_location)
        for index in unsafe locations.indices {
            let location = unsafe locations[index]
            guard let comment = unsafe location.leading_comments else { continue }
            let path = unsafe Array(
                UnsafeBufferPointer(start: location.path, count: location.n_path))
            comments[path] = unsafe text(comment)
        }
        return comments
    }
}

/// A C string as Swift has it; empty for NULL.
func text(_ string: UnsafePointer<CChar>?) -> String {
    guard let string = unsafe string else { return "" }
    return unsafe String(cString: string)
}

/// Copies of the C structs that an array of pointers points to.
func values<Value>(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<Value>?>?, _ count: Int
) -> [Value] {
    unsafe UnsafeBufferPointer(start: start, count: count).compactMap { unsafe $0?.pointee }
}

internal import CProtobufC

/// What protobuf-c knows about one message type: how to unpack, initialize and pack it.
@safe package struct MessageLayout: Sendable {
    /// Static data of the generated C code: never freed, never changed.
    nonisolated(unsafe) let descriptor: UnsafePointer<ProtobufCMessageDescriptor>

    /// How deep messages of this type can nest, counting the outermost as 1; `nil` when the type
    /// contains itself and there is no end.
    let maximumDepth: Int?

    /// - Parameter descriptor: A generated `ProtobufCMessageDescriptor`.
    @unsafe package init(descriptor: UnsafeRawPointer) {
        unsafe self.descriptor = descriptor.assumingMemoryBound(
            to: ProtobufCMessageDescriptor.self)
        unsafe self.maximumDepth = Self.maximumDepth(of: self.descriptor, within: [])
    }

    private static func maximumDepth(
        of descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
        within ancestors: Set<UnsafePointer<ProtobufCMessageDescriptor>>
    ) -> Int? {
        if unsafe ancestors.contains(descriptor) { return nil }
        let lineage = unsafe ancestors.union([descriptor])
        var deepest = 0
        let fields = unsafe UnsafeBufferPointer(
            start: descriptor.pointee.fields, count: Int(descriptor.pointee.n_fields))
        for index in fields.indices {
            guard let inner = unsafe fields[index].messageDescriptor else { continue }
            guard let depth = unsafe Self.maximumDepth(of: inner, within: lineage) else {
                return nil
            }
            deepest = max(deepest, depth)
        }
        return deepest + 1
    }
}

extension ProtobufCFieldDescriptor {
    /// The descriptor of the messages that the field holds; `nil` if it holds something else.
    var messageDescriptor: UnsafePointer<ProtobufCMessageDescriptor>? {
        guard unsafe self.type == PROTOBUF_C_TYPE_MESSAGE else { return nil }
        return unsafe self.descriptor?.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
    }
}

internal import CProtobufC

/// Measures how deep the messages in some bytes nest, without recursion and without memory for
/// what they hold.
///
/// protobuf-c recurses into every known message field, so hostile bytes of a self-containing
/// type could exhaust the stack: they are scanned first. The scan follows only what protobuf-c
/// would follow, and refuses what it cannot read, so that nothing passes unmeasured.
@safe struct DepthScan {
    private typealias Descriptor = UnsafePointer<ProtobufCMessageDescriptor>

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    /// The messages that the position lies in, the innermost last, each with its end.
    private var open: [(descriptor: Descriptor, end: Int)]

    private init(_ bytes: UnsafeRawBufferPointer, _ layout: MessageLayout) {
        unsafe self.bytes = bytes
        unsafe self.open = [(layout.descriptor, bytes.count)]
    }

    /// - Returns: Why the bytes are refused, or `nil` if none of their messages lies deeper than
    ///   `limit`.
    static func check(
        _ bytes: UnsafeRawBufferPointer, _ layout: MessageLayout, limit: Int
    ) -> WireError.Code? {
        var scan = unsafe DepthScan(bytes, layout)
        while let (descriptor, end) = unsafe scan.open.last {
            if scan.position == end {
                unsafe scan.open.removeLast()
            } else if unsafe !scan.readField(of: descriptor, end: end) {
                return .malformed
            }
            if unsafe scan.open.count > limit { return .tooDeep }
        }
        return nil
    }

    /// Skips one field, or enters it if it is a message.
    private mutating func readField(of descriptor: Descriptor, end: Int) -> Bool {
        guard let tag = self.readVarint(end) else { return false }
        let number = UInt32(truncatingIfNeeded: tag >> 3)
        switch tag & 7 {
        case 0: return self.readVarint(end) != nil
        case 1: return self.skip(8, end)
        case 5: return self.skip(4, end)
        case 2:
            guard let length = self.readVarint(end), length <= UInt64(end - self.position) else {
                return false
            }
            let field = unsafe protobuf_c_message_descriptor_get_field(descriptor, number)
            guard let inner = unsafe field?.pointee.messageDescriptor else {
                return self.skip(Int(length), end)
            }
            unsafe self.open.append((inner, self.position + Int(length)))
            return true
        default: return false
        }
    }

    private mutating func skip(_ count: Int, _ end: Int) -> Bool {
        guard count <= end - self.position else { return false }
        self.position += count
        return true
    }

    private mutating func readVarint(_ end: Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard self.position < end else { return nil }
            let byte = unsafe self.bytes[self.position]
            self.position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

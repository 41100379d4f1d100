internal import CMessages
internal import CProtobufC

/// A method's `florin.options.v1.policy`: who may call it.
struct MethodPolicy {
    private static let fieldNumber: UInt32 = 50100

    private(set) var callers: [Int32] = []
    private(set) var isIdempotent = false
    private(set) var isImmediate = false
    /// As Swift writes it; `nil`: normal.
    private(set) var priority: String?
    /// As Swift writes it; `nil`: the method is not called again.
    private(set) var retry: String?

    /// The policy is an extension, which protobuf-c keeps as an unknown field: the bytes of a
    /// message with their length before them.
    init(
        of options: UnsafePointer<Google__Protobuf__MethodOptions>?, _ method: String
    ) throws(PluginError) {
        guard let base = unsafe options?.pointee.base else { return }
        let unknown = unsafe UnsafeBufferPointer(
            start: base.unknown_fields, count: Int(base.n_unknown_fields))
        for index in unknown.indices where unsafe unknown[index].tag == Self.fieldNumber {
            let field = unsafe unknown[index]
            let bytes = unsafe Array(UnsafeBufferPointer(start: field.data, count: field.len))
            guard let lengthEnd = bytes.firstIndex(where: { $0 < 0x80 }) else { continue }
            try self.merge(Array(bytes[(lengthEnd + 1)...]), method)
        }
    }

    private mutating func merge(_ bytes: [UInt8], _ method: String) throws(PluginError) {
        guard
            let policy = unsafe florin__options__v1__method_policy__unpack(nil, bytes.count, bytes)
        else { throw PluginError("\(method): its policy cannot be read") }
        defer { unsafe florin__options__v1__method_policy__free_unpacked(policy, nil) }
        let callers = unsafe UnsafeBufferPointer(
            start: policy.pointee.callers, count: policy.pointee.n_callers)
        for index in callers.indices {
            self.callers.append(unsafe Int32(truncatingIfNeeded: callers[index].rawValue))
        }
        if unsafe policy.pointee.idempotent != 0 { self.isIdempotent = true }
        if unsafe policy.pointee.immediate != 0 { self.isImmediate = true }
        self.priority = try Self.priority(
            unsafe Int32(truncatingIfNeeded: policy.pointee.priority.rawValue), method)
        if let retry = unsafe policy.pointee.retry {
            self.retry = unsafe Self.text(of: retry.pointee)
        }
    }

    private static func priority(_ number: Int32, _ method: String) throws(PluginError) -> String? {
        switch number {
        case 0, 2: return nil
        case 1: return ".background"
        case 3: return ".money"
        case 4: return ".compensation"
        default: throw PluginError("\(method): no priority has number \(number)")
        }
    }

    private static func text(of retry: Florin__Options__V1__RetryPolicy) -> String {
        let (attempts, first, longest) = unsafe (
            retry.attempts, UInt64(retry.first_backoff_ms), UInt64(retry.longest_backoff_ms)
        )
        var text = "RetryPolicy(attempts: \(attempts)"
        if first > 0 { text += ", firstBackoff: \(first * 1_000_000)" }
        if longest > 0 { text += ", longestBackoff: \(longest * 1_000_000)" }
        return text + ")"
    }
}

extension [UInt8] {
    /// The bytes that `span` lends, to be kept.
    init(copying span: Span<UInt8>) {
        self = span.withUnsafeBufferPointer { [UInt8]($0) }
    }
}

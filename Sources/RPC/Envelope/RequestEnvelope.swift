internal import Wire

/// A `ttrpc.Request`, read where it lies: it comes with every call, and most of it is looked at
/// once.
///
/// The ranges are in the bytes that were read.
package struct RequestEnvelope {
    package private(set) var service = 0..<0
    package private(set) var method = 0..<0
    package private(set) var payload = 0..<0
    private(set) var timeout = Timeout.none
    private(set) var metadata = Metadata()
    private(set) var traceParent: TraceParent?

    /// What a peer may send beside a payload: entries, and bytes of each key and value.
    static let metadataEntries = 64
    static let metadataBytes = 8192

    /// - Throws: `INVALID_ARGUMENT` (`malformed_message`).
    package init(reading bytes: Span<UInt8>) throws(RPCError) {
        var fields = FieldScanner(0..<bytes.count)
        while let (number, value) = fields.next(in: bytes) {
            switch (number, value) {
            case (1, .bytes(let range)): self.service = range
            case (2, .bytes(let range)): self.method = range
            case (3, .bytes(let range)): self.payload = range
            case (4, .number(let bits)):
                self.timeout = Timeout(nanoseconds: Int64(bitPattern: bits))
            case (5, .bytes(let range)): try self.readEntry(range, bytes)
            case (1...5, _): throw Self.malformed
            default: continue
            }
        }
        if fields.isMalformed { throw Self.malformed }
    }

    private mutating func readEntry(
        _ range: Range<Int>, _ bytes: Span<UInt8>
    ) throws(RPCError) {
        var fields = FieldScanner(range)
        var key = 0..<0
        var value = 0..<0
        while let (number, field) = fields.next(in: bytes) {
            switch (number, field) {
            case (1, .bytes(let range)): key = range
            case (2, .bytes(let range)): value = range
            case (1...2, _): throw Self.malformed
            default: continue
            }
        }
        if fields.isMalformed { throw Self.malformed }
        if bytes.extracting(key).isTraceKey {
            self.traceParent = TraceParent(parsing: bytes.extracting(value))
            return
        }
        guard self.metadata.pairs.count < Self.metadataEntries, key.count <= Self.metadataBytes,
            value.count <= Self.metadataBytes
        else { throw .malformedRequest("ttrpc.Request.metadata: more than is taken") }
        self.metadata.append(
            key: try Self.text(bytes.extracting(key)), value: try Self.text(bytes.extracting(value))
        )
    }

    private static func text(_ bytes: Span<UInt8>) throws(RPCError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw .malformedRequest("ttrpc.Request.metadata: not valid UTF-8")
        }
    }

    private static let malformed = RPCError.malformedRequest(
        "ttrpc.Request: not a valid protobuf message")
}

extension Span<UInt8> {
    /// Whether it is `traceparent`.
    fileprivate var isTraceKey: Bool {
        guard self.count == 11 else { return false }
        return self.bytes.withUnsafeBytes { bytes in
            // "tracepar", then "eparent": they overlap.
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self).bigEndian
                == 0x7472_6163_6570_6172
                && bytes.loadUnaligned(fromByteOffset: 7, as: UInt32.self).bigEndian == 0x7265_6e74
        }
    }
}

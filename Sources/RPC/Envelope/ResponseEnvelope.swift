internal import Messages
package import Wire

/// A `ttrpc.Response`, read where it lies.
package enum ResponseEnvelope {
    /// - Throws: When the bytes are no such message.
    package static func read(
        _ bytes: Span<UInt8>
    ) throws(WireError) -> Result<[UInt8], RPCError> {
        var fields = FieldScanner(0..<bytes.count)
        var payload = 0..<0
        while let (number, value) = fields.next(in: bytes) {
            switch (number, value) {
            case (2, .bytes(let range)): payload = range
            // A status, or what is wrong: neither comes with most calls.
            case (1...2, _): return try self.readWhole(bytes)
            default: continue
            }
        }
        if fields.isMalformed { return try self.readWhole(bytes) }
        return .success(Array(copying: bytes.extracting(payload)))
    }

    private static func readWhole(
        _ bytes: Span<UInt8>
    ) throws(WireError) -> Result<[UInt8], RPCError> {
        let response = try TTRPC.Response(decoding: bytes.bytes)
        guard let status = response.status, status.code != 0 else {
            return .success(response.payload)
        }
        return .failure(RPCError(status: status))
    }
}

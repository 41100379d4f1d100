internal import CNATS

/// Owns one `jsCtx *`: makes and looks at streams.
@safe struct JetStreamContext: ~Copyable {
    private let context: OpaquePointer
    private static let milliseconds: Int64 = 5_000

    /// - Parameter connection: A `natsConnection *` that lives longer.
    init(on connection: OpaquePointer) throws(NATSError) {
        var options = unsafe jsOptions()
        _ = unsafe jsOptions_Init(&options)
        unsafe options.Wait = Self.milliseconds
        var made: OpaquePointer?
        try NATSError.check(
            unsafe natsConnection_JetStream(&made, connection, &options), "using JetStream")
        guard let made = unsafe made else { throw NATSError(.library, "using JetStream") }
        unsafe self.context = made
    }

    deinit { unsafe jsCtx_Destroy(self.context) }

    /// Makes the stream unless there is one of its name, which must then take the subjects, keep
    /// its messages in files, and know ids for as long at least.
    func ensure(_ stream: NATSStream) throws(NATSError) {
        var info: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(0)
        let status = unsafe js_GetStreamInfo(&info, self.context, stream.name, nil, &code)
        defer { unsafe jsStreamInfo_Destroy(info) }
        if status == NATS_OK, let config = unsafe info?.pointee.Config?.pointee {
            return try unsafe Self.check(config, stream)
        }
        guard status == NATS_NOT_FOUND, code == JSStreamNotFoundErr else {
            throw Self.error(status, code, "looking for the stream \(stream.name)")
        }
        try self.add(stream)
    }

    private func add(_ stream: NATSStream) throws(NATSError) {
        var code = jsErrCode(0)
        let status = unsafe stream.name.withCString { name in
            unsafe stream.pattern.withCString { pattern in
                var subjects: [UnsafePointer<CChar>?] = unsafe [pattern]
                return unsafe subjects.withUnsafeMutableBufferPointer { subjects in
                    var config = unsafe jsStreamConfig()
                    _ = unsafe jsStreamConfig_Init(&config)
                    unsafe config.Name = name
                    unsafe config.Subjects = subjects.baseAddress
                    unsafe config.SubjectsLen = 1
                    unsafe config.Storage = js_FileStorage
                    unsafe config.MaxAge = stream.maxAge.nanoseconds
                    unsafe config.MaxBytes = stream.maxBytes ?? -1
                    unsafe config.Replicas = Int64(stream.replicas)
                    unsafe config.Duplicates = stream.duplicateWindow.nanoseconds
                    return unsafe js_AddStream(nil, self.context, &config, nil, &code)
                }
            }
        }
        // Another gateway may have made it since.
        guard status == NATS_OK || code == JSStreamNameExistErr else {
            throw Self.error(status, code, "making the stream \(stream.name)")
        }
    }

    private static func check(
        _ config: jsStreamConfig, _ stream: NATSStream
    ) throws(NATSError) {
        let subjects = unsafe (0..<Int(config.SubjectsLen)).compactMap { index in
            unsafe config.Subjects?[index].map { unsafe String(cString: $0) }
        }
        let doubt: String? =
            if !subjects.contains(stream.pattern) {
                "does not take \(stream.pattern)"
            } else if unsafe config.Storage != js_FileStorage {
                "keeps its messages in memory"
            } else if unsafe config.NoAck {
                "acknowledges nothing"
            } else if unsafe config.Duplicates < stream.duplicateWindow.nanoseconds {
                "knows ids for a shorter time than \(stream.duplicateWindow)"
            } else {
                nil
            }
        if let doubt { throw NATSError(.wrongStream, "the stream \(stream.name) \(doubt)") }
    }

    private static func error(
        _ status: natsStatus, _ code: jsErrCode, _ action: String
    ) -> NATSError {
        let error = NATSError(status, action)
        return switch code {
        case JSNotEnabledErr, JSNotEnabledForAccountErr: NATSError(.noStream, error.message)
        case _ where code.rawValue > 0 && error.code == .library:
            NATSError(.wrongStream, error.message)
        default: error
        }
    }
}

extension Duration {
    /// Saturates.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : whole + attoseconds / 1_000_000_000
    }
}

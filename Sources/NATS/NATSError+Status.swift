internal import CNATS

extension NATSError {
    /// What libnats said last on this thread.
    ///
    /// - Parameter action: What was being done: "connecting".
    init(_ status: natsStatus, _ action: String) {
        let detail = unsafe nats_GetLastError(nil).map { unsafe String(cString: $0) } ?? ""
        let text = unsafe String(cString: natsStatus_GetText(status))
        self.init(
            Code(status), "\(action): \(detail.isEmpty || detail == text ? text : detail)")
    }

    static func check(_ status: natsStatus, _ action: String) throws(NATSError) {
        guard status == NATS_OK else { throw NATSError(status, action) }
    }
}

extension NATSError.Code {
    fileprivate init(_ status: natsStatus) {
        self =
            switch status {
            case NATS_NO_SERVER, NATS_IO_ERROR, NATS_CONNECTION_CLOSED, NATS_STALE_CONNECTION,
                NATS_CONNECTION_DISCONNECTED:
                .unreachable
            case NATS_SSL_ERROR, NATS_SECURE_CONNECTION_WANTED, NATS_SECURE_CONNECTION_REQUIRED:
                .notSecure
            case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED: .notPermitted
            case NATS_NO_RESPONDERS: .noStream
            case NATS_TIMEOUT: .timedOut
            case NATS_INVALID_ARG, NATS_INVALID_SUBJECT, NATS_ADDRESS_MISSING: .badConfiguration
            case NATS_MAX_PAYLOAD: .refused
            default: .library
            }
    }
}

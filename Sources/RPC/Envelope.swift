internal import Messages
internal import Wire

/// The payloads of request and response frames.
enum Envelope {
    static let traceKey = "traceparent"

    /// A request as a server reads it.
    struct Request {
        let service: String
        let method: String
        let payload: [UInt8]
        let timeout: Timeout
        let metadata: Metadata
        let traceParent: TraceParent?

        init(decoding bytes: Span<UInt8>) throws(WireError) {
            let request = try TTRPC.Request(decoding: bytes.bytes)
            self.service = request.service
            self.method = request.method
            self.payload = request.payload
            self.timeout = Timeout(nanoseconds: request.timeoutNano)
            var metadata = Metadata()
            for entry in request.metadata where entry.key != Envelope.traceKey {
                metadata.append(key: entry.key, value: entry.value)
            }
            self.metadata = metadata
            self.traceParent = request.metadata.first { $0.key == Envelope.traceKey }
                .flatMap { TraceParent(parsing: $0.value) }
        }
    }

    static func request(
        _ method: MethodDescriptor, _ payload: [UInt8], left: Duration, metadata: Metadata,
        traceParent: TraceParent
    ) -> [UInt8] {
        var pairs = metadata.pairs.map { TTRPC.KeyValue(key: $0.key, value: $0.value) }
        pairs.append(TTRPC.KeyValue(key: Self.traceKey, value: traceParent.description))
        return TTRPC.Request(
            service: method.service, method: method.name, payload: payload,
            timeoutNano: Timeout.nanoseconds(of: left), metadata: pairs
        ).encoded()
    }

    static func response(_ result: Result<[UInt8], RPCError>) -> [UInt8] {
        switch result {
        case .success(let payload):
            TTRPC.Response(payload: payload).encoded()
        case .failure(let error):
            TTRPC.Response(status: error.status).encoded()
        }
    }

    static func readResponse(_ bytes: Span<UInt8>) throws(WireError) -> Result<[UInt8], RPCError> {
        let response = try TTRPC.Response(decoding: bytes.bytes)
        guard let status = response.status, status.code != 0 else {
            return .success(response.payload)
        }
        return .failure(RPCError(status: status))
    }
}

/// What `timeout_nano` says.
enum Timeout: Hashable, Sendable {
    /// 0: the caller waits for ever.
    case none
    /// Below 0: it has stopped waiting already.
    case expired
    /// Above: what is left. No more than a day: a unary call that takes longer is a mistake.
    case after(Duration)

    static let longest = Duration.seconds(24 * 60 * 60)

    init(nanoseconds: Int64) {
        switch nanoseconds {
        case 0: self = .none
        case ..<0: self = .expired
        default: self = .after(min(.nanoseconds(nanoseconds), Self.longest))
        }
    }

    /// For the wire. What is left is never told as 0, which would mean no limit.
    static func nanoseconds(of left: Duration) -> Int64 {
        let clipped = max(min(left, Self.longest), .nanoseconds(1))
        let (seconds, attoseconds) = clipped.components
        return max(seconds * 1_000_000_000 + attoseconds / 1_000_000_000, 1)
    }
}

internal import CoreMetrics
internal import Metrics
internal import RPCCore

/// What is counted of one method on one side. Made once; recording makes no text and no label.
///
/// Names and meanings: docs/observability.md.
final class CallMetrics: Sendable {
    private let codes: [Counter]
    private let latency: Metrics.Timer
    private let inFlight: Meter
    private let received: Counter
    private let sent: Counter

    /// - Parameter side: `server` or `client`.
    init(side: String, _ method: MethodDescriptor) {
        let name = "florin_rpc_\(side)_"
        let dimensions = [("service", method.service), ("method", method.name)]
        self.codes = RPCError.Code.allCases.map {
            Counter(label: name + "calls_total", dimensions: dimensions + [("code", "\($0)")])
        }
        self.latency = Timer(
            label: name + "latency_seconds", dimensions: dimensions, preferredDisplayUnit: .seconds)
        self.inFlight = Meter(label: name + "in_flight", dimensions: dimensions)
        self.received = Counter(label: name + "received_bytes_total", dimensions: dimensions)
        self.sent = Counter(label: name + "sent_bytes_total", dimensions: dimensions)
    }

    /// A client makes a call again. Seldom enough to look the counter up.
    static func retried(_ method: MethodDescriptor) {
        let dimensions = [("service", method.service), ("method", method.name)]
        Counter(label: "florin_rpc_client_retries_total", dimensions: dimensions).increment()
    }

    func began(requestBytes: Int, isServer: Bool) {
        self.inFlight.increment()
        (isServer ? self.received : self.sent).increment(by: requestBytes)
    }

    func ended(_ code: RPCError.Code, after latency: Nanoseconds, bytes: Int, isServer: Bool) {
        self.inFlight.decrement()
        self.codes[Int(code.rawValue)].increment()
        self.latency.recordNanoseconds(Int64(latency))
        (isServer ? self.sent : self.received).increment(by: bytes)
    }
}

/// What is counted of a server's connections, and of the calls it sheds.
struct ServerMetrics: Sendable {
    let connections = Meter(label: "florin_rpc_server_connections")
    let accepted = Counter(label: "florin_rpc_server_connections_accepted_total")
    let refused = Counter(label: "florin_rpc_server_connections_refused_total")
    let handshakesFailed = Counter(label: "florin_rpc_server_handshakes_failed_total")
    private let shed: [String: Counter]

    init() {
        self.shed = Dictionary(
            uniqueKeysWithValues: AdmissionController.Reason.allCases.map { reason in
                let dimensions = [("reason", reason.rawValue)]
                return (
                    reason.rawValue,
                    Counter(label: "florin_rpc_server_shed_total", dimensions: dimensions)
                )
            })
    }

    func shed(_ error: RPCError) {
        if let reason = error.metadata["shed"] { self.shed[reason]?.increment() }
    }
}

internal import Logging
internal import Messages
internal import RPC
internal import Stubs
internal import TLS

/// `florin.rpc.v1.DebugLog`, which every service answers.
struct DebugLogService: DebugLogHandler {
    let filter: DebugLogFilter
    /// The methods of the service: a rule for another would wait for calls that never come.
    let known: [MethodDescriptor]

    func set(
        _ request: RpcV1.DebugLogSetRequest, context: CallContext
    ) throws -> RpcV1.DebugLogSetResponse {
        let rule = DebugLogRules.Rule(
            service: request.service.isEmpty ? nil : request.service,
            method: request.method.isEmpty ? nil : request.method, peer: try Self.role(request))
        guard self.known.contains(where: rule.names) else {
            throw RPCError.notFound("no method here is named so")
        }
        try self.filter.set(rule, for: .milliseconds(request.durationMs))
        context.logger.notice(
            "debug log set",
            metadata: ["rule": "\(rule)", "duration_ms": "\(request.durationMs)"])
        return RpcV1.DebugLogSetResponse(rules: self.rules)
    }

    func list(
        _ request: RpcV1.DebugLogListRequest, context: CallContext
    ) throws -> RpcV1.DebugLogListResponse {
        RpcV1.DebugLogListResponse(rules: self.rules)
    }

    func clear(
        _ request: RpcV1.DebugLogClearRequest, context: CallContext
    ) throws -> RpcV1.DebugLogClearResponse {
        let ended = self.filter.clear()
        context.logger.notice("debug log cleared", metadata: ["ended": "\(ended)"])
        return RpcV1.DebugLogClearResponse(ended: UInt32(ended))
    }

    private var rules: [RpcV1.DebugLogRule] {
        self.filter.rules.map { entry in
            RpcV1.DebugLogRule(
                service: entry.rule.service ?? "", method: entry.rule.method ?? "",
                peer: entry.rule.peer?.rawValue ?? "",
                remainingMs: entry.remaining.milliseconds)
        }
    }

    private static func role(_ request: RpcV1.DebugLogSetRequest) throws(RPCError) -> Role? {
        if request.peer.isEmpty { return nil }
        guard let role = Role(rawValue: request.peer) else {
            throw .invalidArgument(field: "peer", "\"\(request.peer)\" is no role")
        }
        return role
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}

internal import Messages
internal import RPC
internal import Stubs

extension SagaAdmin {
    /// Sends what happens in a saga as it happens, until it rests.
    func watchSaga(
        _ request: SagaV1.WatchSagaRequest,
        to responses: MessageWriter<SagaV1.WatchSagaResponse>, context: CallContext
    ) async throws {
        var last = request.afterSequence
        var isFirst = true
        try await watchers.watch(isDraining: { responses.isDraining }) {
            let shown = try await self.showSaga(
                SagaV1.ShowSagaRequest(sagaID: request.sagaID, afterSequence: last),
                context: context)
            if isFirst || !shown.events.isEmpty {
                try await responses.send(
                    SagaV1.WatchSagaResponse(saga: shown.saga, events: shown.events))
            }
            last = shown.events.last?.sequence ?? last
            isFirst = false
            return shown.saga?.isMoving == true ? .milliseconds(100) : nil
        }
    }

    /// Sends the figures of all sagas, again and again.
    func watchSagaStats(
        _ request: SagaV1.WatchSagaStatsRequest,
        to responses: MessageWriter<SagaV1.WatchSagaStatsResponse>, context: CallContext
    ) async throws {
        guard request.intervalMs == 0 || (100...60_000).contains(request.intervalMs) else {
            throw RPCError.invalidArgument(
                field: "interval_ms", "must be 100 to 60000, or 0 for 1000")
        }
        let interval = request.intervalMs == 0 ? 1_000 : request.intervalMs
        try await watchers.watch(isDraining: { responses.isDraining }) {
            let stats = try await self.getSagaStats(
                SagaV1.GetSagaStatsRequest(periodSeconds: request.periodSeconds), context: context)
            try await responses.send(SagaV1.WatchSagaStatsResponse(stats: stats))
            return .milliseconds(interval)
        }
    }
}

extension SagaV1.Saga {
    /// Whether more will happen without an operator.
    fileprivate var isMoving: Bool {
        switch status {
        case .running, .compensating: true
        default: false
        }
    }
}

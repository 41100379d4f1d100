internal import Messages
internal import Money
internal import RPC
internal import ReconciliationReading
internal import Stubs

/// The same order to many sagas.
struct SagaBatch {
    let admin: SagaAdminServiceClient
    let options: CallOptions

    /// What became of one of them.
    struct Outcome {
        let saga: SagaV1.Saga
        /// `nil` when it was done.
        let failure: Failure?
    }

    /// Every saga that fits, a page at a time.
    func find(_ request: SagaV1.ListSagasRequest) async throws -> [SagaV1.Saga] {
        var found: [SagaV1.Saga] = []
        try await Pages.each { page in
            var request = request
            request.page = page
            return try await self.admin.listSagas(request, options: self.options)
        } next: {
            $0.page
        } take: {
            found += $0.sagas
            return true
        }
        return found
    }

    /// One that fails keeps no other from its turn.
    func each(
        _ sagas: [SagaV1.Saga], _ body: (SagaV1.Saga) async throws -> Void
    ) async -> [Outcome] {
        var outcomes: [Outcome] = []
        for saga in sagas {
            do {
                try await body(saga)
                outcomes.append(Outcome(saga: saga, failure: nil))
            } catch {
                outcomes.append(Outcome(saga: saga, failure: Failure(error)))
            }
        }
        return outcomes
    }
}

extension [SagaBatch.Outcome] {
    var firstFailure: Failure? { self.lazy.compactMap(\.failure).first }

    var table: String {
        var table = Table(.init(title: "saga"), .init(title: "kind"), .init(title: "result"))
        table.rows = self.map { [$0.saga.id, $0.saga.kind, $0.failure?.message ?? "done"] }
        return table.rendered(empty: "no sagas")
    }

    var json: JSONValue {
        .object([
            (
                "results",
                .array(
                    self.map { outcome in
                        .object([
                            ("saga_id", .text(outcome.saga.id)),
                            ("done", .bool(outcome.failure == nil)),
                            ("problem", outcome.failure.map { .text($0.message) } ?? .null),
                        ])
                    })
            )
        ])
    }
}

extension [SagaV1.Saga] {
    /// How many there are and what they move: "requeue 3 sagas: 120.00 USD, 5000 JPY".
    func sum(_ verb: String) -> String {
        let amounts = self.compactMap(\.amount)
        let currencies = Set(amounts.map(\.currency)).sorted()
        let sums = currencies.map { currency in
            let units = amounts.filter { $0.currency == currency }
                .reduce(Int64(0)) { $0.addingReportingOverflow($1.minorUnits).partialValue }
            return Money.text(units, currency)
        }
        let money = sums.isEmpty ? "" : ": " + sums.joined(separator: ", ")
        return "\(verb) \(self.count) \(self.count == 1 ? "saga" : "sagas")\(money)"
    }
}

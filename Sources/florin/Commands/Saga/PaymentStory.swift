internal import Messages

/// What happened to a payment, told by all services, in the order of time.
struct PaymentStory {
    struct Line {
        let atUs: Int64
        var source = ""
        /// "step", "call", "attempt", "posting", "acquirer", "quote" or "event".
        let kind: String
        let what: String
        let detail: String
        /// Quotes that the line names.
        var quotes: [String] = []
        /// The refund that the line tells of; empty for others.
        var refund = ""
    }

    private(set) var lines: [Line] = []
    /// Services that did not answer, with why.
    private(set) var missing: [(source: String, problem: String)] = []

    var quotes: [String] { Set(self.lines.flatMap(\.quotes)).sorted() }

    var refunds: [String] { Set(self.lines.map(\.refund).filter { !$0.isEmpty }).sorted() }

    /// Adds what a service tells; one that does not answer is noted.
    mutating func add(from source: String, _ read: () async throws -> [Line]) async {
        do {
            let lines = try await read().map { line in
                var line = line
                line.source = source
                return line
            }
            self.lines = (self.lines + lines).enumerated().sorted {
                ($0.element.atUs, $0.offset) < ($1.element.atUs, $1.offset)
            }.map(\.element)
        } catch {
            let failure = Failure(error)
            guard failure.status != .notFound else { return }
            self.missing.append((source, failure.message))
        }
    }

    var text: String {
        var table = Table(
            .init(title: "at"), .init(title: "since", alignment: .right), .init(title: "told by"),
            .init(title: "kind"), .init(title: "what"), .init(title: "detail"))
        let start = self.lines.first?.atUs ?? 0
        table.rows = self.lines.map { line in
            [
                Moment.time(line.atUs), Moment.span(line.atUs - start), line.source, line.kind,
                line.what, line.detail,
            ]
        }
        let gaps = self.missing.map { "\($0.source) did not answer: \($0.problem)" }
        return ([table.rendered(empty: "nothing")] + gaps).joined(separator: "\n")
    }

    var json: JSONValue {
        .object([
            (
                "lines",
                .array(
                    self.lines.map { line in
                        .object([
                            ("at_us", .integer(line.atUs)), ("source", .text(line.source)),
                            ("kind", .text(line.kind)), ("what", .text(line.what)),
                            ("detail", .text(line.detail)),
                        ])
                    })
            ),
            (
                "missing",
                .array(
                    self.missing.map { gap in
                        .object([
                            ("source", .text(gap.source)), ("problem", .text(gap.problem)),
                        ])
                    })
            ),
        ])
    }
}

extension PaymentStory {
    /// The call that started a saga, with its key, and all that happened in it.
    static func lines(of shown: SagaV1.ShowSagaResponse) -> [Line] {
        let saga = shown.saga ?? SagaV1.Saga()
        let call = Line(
            atUs: saga.createdAtUs, kind: "call", what: saga.kind,
            detail: "key \(shown.idempotencyKey), \(saga.id)", refund: saga.refundID)
        return [call]
            + shown.events.map { event in
                Line(
                    atUs: event.atUs, kind: event.step.isEmpty ? "saga" : "step",
                    what: event.step.isEmpty ? event.type : "\(event.step) \(event.type)",
                    detail: event.detail)
            }
    }

    /// When each operation was stored before it was sent, and how far it came.
    static func lines(of attempts: [CommonV1.AcquirerAttempt]) -> [Line] {
        attempts.flatMap { attempt in
            let asked = Line(
                atUs: attempt.createdAtUs, kind: "attempt", what: "\(attempt.kind) asked",
                detail: [attempt.amount?.text ?? "", attempt.reference].filter { !$0.isEmpty }
                    .joined(separator: ", "))
            let code = attempt.declineCode.isEmpty ? attempt.code : attempt.declineCode
            let end = Line(
                atUs: attempt.updatedAtUs, kind: "attempt",
                what: "\(attempt.kind) \(attempt.state)", detail: code)
            return [asked, end]
        }
    }

    static func lines(of found: PaymentV1.GetPaymentResponse) -> [Line] {
        let quote = found.payment?.latestCharge?.settlement?.quoteID ?? ""
        let named = [quote, found.payment?.quoteID ?? ""].filter { !$0.isEmpty }
        return found.events.map { event in
            Line(
                atUs: event.createdAtUs, kind: "event", what: event.type,
                detail: "event \(event.sequence)", quotes: named)
        }
    }
}

extension PaymentStory.Line {
    init(_ effect: AcquirerV1.Effect) {
        let code = effect.declineCode.isEmpty ? effect.code : effect.declineCode
        let parts = [effect.amount?.text ?? "", code, effect.reference].filter { !$0.isEmpty }
        self.init(
            atUs: effect.createdAtUs, kind: "acquirer", what: "\(effect.kind) \(effect.status)",
            detail: parts.joined(separator: ", "))
    }

    init(_ record: LedgerV1.TransferRecord) {
        let transfer = record.transfer ?? LedgerV1.Transfer()
        self.init(
            atUs: transfer.createdAtUs, kind: "posting", what: record.kind,
            detail: "\(record.debitAccountName) to \(record.creditAccountName) "
                + Amounts.text(record.amount, transfer.currency))
    }

    init(_ quote: FXV1.Quote) {
        self.init(
            atUs: quote.createdAtUs, kind: "quote", what: "\(quote.status)",
            detail: "\(quote.from?.text ?? "") is \(quote.to?.text ?? "") at \(quote.midRate), "
                + "spread \(quote.spread?.text ?? ""), \(quote.id)")
    }
}

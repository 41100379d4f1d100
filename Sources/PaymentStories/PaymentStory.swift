package import Identifiers
package import Messages
internal import Money

/// What happened to a payment, told by all services, in the order of time.
package struct PaymentStory: Sendable {
    package struct Line: Sendable {
        package let at: Timestamp
        package fileprivate(set) var source = ""
        package let kind: Kind
        package let what: String
        package let detail: String
        /// Quotes that the line names.
        fileprivate(set) var quotes: [String] = []
        /// The refund that the line tells of; empty for others.
        fileprivate(set) var refund = ""
    }

    package enum Kind: String, Sendable {
        case call, saga, step, attempt, posting, acquirer, quote, event
    }

    package private(set) var lines: [Line] = []
    /// Services that did not answer, with why.
    package private(set) var missing: [(source: String, problem: String)] = []

    package init() {}

    package var quotes: [String] { Set(self.lines.flatMap(\.quotes)).sorted() }

    package var refunds: [String] {
        Set(self.lines.map(\.refund).filter { !$0.isEmpty }).sorted()
    }

    /// Adds what a service tells; one that does not answer is noted.
    ///
    /// - Parameter problem: What an error comes to; `nil` when the service only has nothing to
    ///   tell.
    package mutating func add(
        from source: String, _ read: () async throws -> [Line],
        problem: (any Error) -> String?
    ) async {
        do {
            let lines = try await read().map { line in
                var line = line
                line.source = source
                return line
            }
            self.lines = (self.lines + lines).enumerated().sorted {
                ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
            }.map(\.element)
        } catch {
            if let problem = problem(error) { self.missing.append((source, problem)) }
        }
    }
}

extension PaymentStory {
    /// The call that started a saga, with its key, and all that happened in it.
    package static func lines(of shown: SagaV1.ShowSagaResponse) -> [Line] {
        let saga = shown.saga ?? SagaV1.Saga()
        let call = Line(
            at: Timestamp(microseconds: saga.createdAtUs), kind: .call, what: saga.kind,
            detail: "key \(shown.idempotencyKey), \(saga.id)", refund: saga.refundID)
        return [call]
            + shown.events.map { event in
                Line(
                    at: Timestamp(microseconds: event.atUs),
                    kind: event.step.isEmpty ? .saga : .step,
                    what: event.step.isEmpty ? event.type : "\(event.step) \(event.type)",
                    detail: event.detail)
            }
    }

    /// When each operation was stored before it was sent, and how far it came.
    package static func lines(of attempts: [CommonV1.AcquirerAttempt]) -> [Line] {
        attempts.flatMap { attempt in
            let amount = attempt.amount.map { Money.text($0.minorUnits, $0.currency) } ?? ""
            let asked = Line(
                at: Timestamp(microseconds: attempt.createdAtUs), kind: .attempt,
                what: "\(attempt.kind) asked",
                detail: [amount, attempt.reference].filter { !$0.isEmpty }
                    .joined(separator: ", "))
            let code = attempt.declineCode.isEmpty ? attempt.code : attempt.declineCode
            let end = Line(
                at: Timestamp(microseconds: attempt.updatedAtUs), kind: .attempt,
                what: "\(attempt.kind) \(attempt.state)", detail: code)
            return [asked, end]
        }
    }

    package static func lines(of found: PaymentV1.GetPaymentResponse) -> [Line] {
        let quote = found.payment?.latestCharge?.settlement?.quoteID ?? ""
        let named = [quote, found.payment?.quoteID ?? ""].filter { !$0.isEmpty }
        return found.events.map { event in
            Line(
                at: Timestamp(microseconds: event.createdAtUs), kind: .event, what: event.type,
                detail: "event \(event.sequence)", quotes: named)
        }
    }
}

extension PaymentStory.Line {
    package init(_ effect: AcquirerV1.Effect) {
        let code = effect.declineCode.isEmpty ? effect.code : effect.declineCode
        let amount = effect.amount.map { Money.text($0.minorUnits, $0.currency) } ?? ""
        self.init(
            at: Timestamp(microseconds: effect.createdAtUs), kind: .acquirer,
            what: "\(effect.kind) \(effect.status)",
            detail: [amount, code, effect.reference].filter { !$0.isEmpty }
                .joined(separator: ", "))
    }

    package init(_ record: LedgerV1.TransferRecord) {
        let transfer = record.transfer ?? LedgerV1.Transfer()
        self.init(
            at: Timestamp(microseconds: transfer.createdAtUs), kind: .posting, what: record.kind,
            detail: "\(record.debitAccountName) to \(record.creditAccountName) "
                + Money.text(record.amount, transfer.currency))
    }

    package init(_ quote: FXV1.Quote) {
        func text(_ money: CommonV1.Money?) -> String {
            money.map { Money.text($0.minorUnits, $0.currency) } ?? ""
        }
        self.init(
            at: Timestamp(microseconds: quote.createdAtUs), kind: .quote, what: "\(quote.status)",
            detail: "\(text(quote.from)) is \(text(quote.to)) at \(quote.midRate), "
                + "spread \(text(quote.spread)), \(quote.id)")
    }
}

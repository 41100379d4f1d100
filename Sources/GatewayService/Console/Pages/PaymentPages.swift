internal import ConsoleCore
internal import Identifiers
internal import Messages
internal import Money
internal import PaymentStories
internal import RPC
internal import Stubs

extension Console {
    func paymentList(_ filter: PaymentFilter) async -> Page {
        let live = await self.part("payment") {
            let found = try await self.payments.listPayments(
                PaymentV1.ListPaymentsRequest(
                    page: .init(limit: 25, cursor: filter.cursor.text),
                    merchantID: filter.merchant, status: filter.status,
                    customerID: filter.customer), options: self.options)
            let links = filter.cursor.links(
                to: found.page?.nextCursor, path: "payments", filter: filter.terms)
            return "\(found.payments.table("Payments, newest first").html)\(links)"
        }
        return Page("Payments", .payments, head: filter.form, live: live)
    }

    func payment(_ id: PaymentID) async -> Page {
        let facts = await self.part("payment") {
            let found = try await self.payments.getPayment(
                PaymentV1.GetPaymentRequest(paymentID: id.description), options: self.options)
            return (found.payment ?? PaymentV1.Payment()).facts
        }
        let sagas = await self.part("orchestrator") {
            try await self.admin.listSagas(
                SagaV1.ListSagasRequest(page: .init(limit: 25), paymentID: id.description),
                options: self.options
            ).sagas.table("Sagas", now: self.clock.now()).html
        }
        let refunds = await self.part("refund") {
            let found = try await self.refunds.listRefunds(
                RefundV1.ListRefundsRequest(page: .init(limit: 25), paymentID: id.description),
                options: self.options)
            return found.refunds.isEmpty ? .empty : found.refunds.table.html
        }
        let story = await self.story(of: id)
        return Page(
            "Payment", .payments,
            live: "<p class=\"id\">\(id.description)</p>\(facts)\(sagas)\(refunds)\(story.html)")
    }

    /// As `florin saga why` tells it, but for what the acquirer itself has kept: there is no way
    /// from here to the acquirer.
    private func story(of id: PaymentID) async -> PaymentStory {
        var story = PaymentStory()
        let options = self.options
        func problem(_ error: any Error) -> String? {
            guard let error = error as? RPCError else { return "its answer cannot be shown" }
            return error.code == .notFound ? nil : error.message
        }
        await story.add(
            from: "orchestrator",
            { try await PaymentStory.lines(of: id, from: self.admin, options) },
            problem: problem)
        await story.add(
            from: "payment", { try await PaymentStory.lines(of: id, from: self.payments, options) },
            problem: problem)
        let refunds = story.refunds
        await story.add(
            from: "refund",
            { try await PaymentStory.lines(of: refunds, from: self.refunds, options) },
            problem: problem)
        await story.add(
            from: "ledger", { try await PaymentStory.lines(of: id, from: self.ledger, options) },
            problem: problem)
        let quotes = story.quotes
        await story.add(
            from: "fx", { try await PaymentStory.lines(of: quotes, from: self.fx, options) },
            problem: problem)
        return story
    }
}

extension [PaymentV1.Payment] {
    func table(_ caption: String) -> Table {
        var table = Table(
            caption, .init("payment"), .number("amount"), .init("status"), .init("merchant").minor,
            .init("description").minor, .init("created").minor, empty: "There are none.")
        for payment in self {
            table.add(
                .link("payments", payment.id), payment.amount.html, payment.pills,
                "\(payment.merchantID)", .foreign(payment.description),
                Moments.html(payment.createdAtUs))
        }
        return table
    }
}

extension PaymentV1.Payment {
    /// Its state, and what is the matter with it.
    fileprivate var pills: HTML {
        var pills = self.status.pill
        if let failure = self.lastFailure {
            let code = failure.declineCode.isEmpty ? failure.code : failure.declineCode
            pills = "\(pills) \(HTML.pill(code, .bad))"
        }
        if self.amountRefunded > 0 { pills = "\(pills) \(HTML.pill("refunded", .undone))" }
        if !self.frozenReason.isEmpty { pills = "\(pills) \(HTML.pill("frozen", .doubt))" }
        return pills
    }

    fileprivate var facts: HTML {
        func money(_ minorUnits: Int64) -> HTML {
            "\(minorUnits == 0 ? "" : Money.text(minorUnits, self.amount?.currency ?? ""))"
        }
        func time(_ microseconds: Int64) -> HTML {
            microseconds == 0 ? .empty : Moments.html(microseconds)
        }
        let saga: HTML =
            self.activeSagaID.isEmpty ? .empty : .link("sagas", self.activeSagaID)
        let facts: [(String, HTML)] = [
            ("status", self.pills), ("amount", self.amount.html),
            ("received", money(self.amountReceived)),
            ("capturable", money(self.amountCapturable)),
            ("refunded", money(self.amountRefunded)), ("merchant", "\(self.merchantID)"),
            ("customer", .foreign(self.customerID)), ("description", self.told),
            ("payment method", "\(self.paymentMethod)"),
            ("paid out in", "\(self.settlementCurrency)"), ("worked on by", saga),
            ("why it failed", "\(self.lastFailure?.message ?? "")"),
            ("why it is frozen", "\(self.frozenReason)"),
            ("why it was canceled", "\(self.cancellationReason)"),
            ("created", time(self.createdAtUs)), ("changed", time(self.updatedAtUs)),
            ("canceled", time(self.canceledAtUs)),
            ("to be captured before", time(self.captureBeforeUs)),
        ]
        return "\(HTML.facts("What it is", facts))\(self.settled)\(self.notes)"
    }

    private var told: HTML { self.description.isEmpty ? .empty : .foreign(self.description) }

    private var settled: HTML {
        guard let settlement = self.latestCharge?.settlement else { return .empty }
        let currency = settlement.gross?.currency ?? ""
        func money(_ minorUnits: Int64) -> HTML { "\(Money.text(minorUnits, currency))" }
        return .facts(
            "What the merchant gets",
            [
                ("gross", settlement.gross.html), ("spread", money(settlement.spread)),
                ("fee", money(settlement.fee)), ("net", money(settlement.net)),
                ("rate", "\(settlement.exchangeRate)"), ("quote", "\(settlement.quoteID)"),
            ])
    }

    private var notes: HTML {
        guard !self.metadata.isEmpty else { return .empty }
        var table = Table("Metadata", .init("key"), .init("value"), empty: "none")
        for entry in self.metadata { table.add(.foreign(entry.key), .foreign(entry.value)) }
        return table.html
    }
}

extension [RefundV1.Refund] {
    fileprivate var table: Table {
        var table = Table(
            "Refunds", .init("refund"), .number("amount"), .number("charged").minor,
            .init("status"), .init("reason").minor, .init("created").minor, empty: "none")
        for refund in self {
            table.add(
                "<span class=\"id\">\(refund.id)</span>", refund.amount.html,
                refund.settlement.html, refund.status.pill,
                "\(refund.failureReason.isEmpty ? refund.reason : refund.failureReason)",
                Moments.html(refund.createdAtUs))
        }
        return table
    }
}

extension PaymentStory {
    fileprivate var html: HTML {
        var table = Table(
            "Why: all that happened, in order", .init("at"), .number("since").minor,
            .init("told by").minor, .init("what"), .init("detail"), empty: "Nothing happened yet.")
        let start = self.lines.first?.at.microseconds ?? 0
        for line in self.lines {
            table.add(
                Moments.precise(line.at.microseconds),
                "\(Moments.span(line.at.microseconds - start))", "\(line.source)",
                "\(line.mark) \(line.what.replacing("_", with: " "))", .foreign(line.detail))
        }
        let gaps: [HTML] = self.missing.map {
            .note("The \($0.source) service did not answer: \($0.problem)")
        }
        return "\(gaps)\(table.html)"
    }
}

extension PaymentStory.Line {
    /// What kind of line it is, in the colour of what it means.
    fileprivate var mark: HTML {
        let words = self.what.split(separator: " ").map(String.init)
        let tone: Tone
        if words.contains("in_doubt") {
            tone = .doubt
        } else if words.contains(where: Self.undoing.contains) {
            tone = .undone
        } else if words.contains(where: Self.failing.contains) {
            tone = .bad
        } else {
            tone = .idle
        }
        return .pill(self.kind.rawValue, tone)
    }

    private static let undoing: Set = [
        "compensating", "compensated", "saga_compensated", "void", "voided",
    ]
    private static let failing: Set = [
        "refused", "declined", "needs_attention", "charge.failed", "payment_intent.payment_failed",
    ]
}

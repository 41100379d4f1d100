internal import ConsoleCore
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import Stubs

extension Console {
    func overview() async -> Page {
        let figures = await self.part("orchestrator") { try await self.figures() }
        let payments = await self.part("payment") {
            try await self.payments.listPayments(
                PaymentV1.ListPaymentsRequest(page: .init(limit: 8)), options: self.options
            ).payments.table("Latest payments").html
        }
        return Page("Overview", .overview, live: "\(figures)\(self.plots)\(payments)")
    }

    private func figures() async throws -> HTML {
        let stats = try await self.admin.getSagaStats(
            SagaV1.GetSagaStatsRequest(periodSeconds: 60), options: self.options)
        func count(_ statuses: SagaV1.SagaStatus...) -> Int64 {
            stats.counts.filter { statuses.contains($0.status) }.reduce(0) { $0 + $1.count }
        }
        let payments = stats.latencies.first { $0.kind == "process_payment" }
        func time(_ microseconds: Int64?) -> HTML { "\(microseconds.map(Moments.span) ?? "–")" }
        let attention = count(.needsAttention)
        let balanced = await self.balanceFigure()
        var html: HTML = .figures([
            .figure(
                "\(Plot.text(Double(stats.ended) / Double(stats.periodSeconds)))",
                "sagas a second, last minute"),
            .figure(time(payments?.p50Us), "a payment takes, half of them"),
            .figure(time(payments?.p95Us), "a payment takes, 95 in 100"),
            .figure("\(count(.running, .compensating))", "at work"),
            .figure("\(attention)", "need attention", attention > 0 ? .bad : .idle),
            .figure("\(count(.paused))", "paused"), balanced,
        ])
        if !stats.unfinished.isEmpty { html = "\(html)\(Self.unfinished(stats))" }
        return html
    }

    private static func unfinished(_ stats: SagaV1.GetSagaStatsResponse) -> HTML {
        let sums = stats.unfinished.map { "\($0.amount?.text ?? "") in \($0.sagas)" }
        var facts: [(String, HTML)] = [("money under way", "\(sums.joined(separator: ", "))")]
        if let oldest = stats.oldest {
            facts.append(("oldest", .link("sagas", oldest.id)))
            facts.append(("state", oldest.pills))
            facts.append(("since", Moments.html(oldest.createdAtUs)))
        }
        return .facts("Unfinished", facts)
    }

    private func balanceFigure() async -> HTML {
        do {
            let balance = try await self.ledger.trialBalance(.init(), options: self.options)
            let holds = balance.lines.allSatisfy(\.isInBalance)
            return .figure(
                holds ? "balanced" : "off balance",
                "books, \(balance.lines.count) "
                    + "\(balance.lines.count == 1 ? "currency" : "currencies")",
                holds ? .good : .bad)
        } catch {
            return .figure("–", "the ledger does not answer", .doubt)
        }
    }

    private var plots: HTML {
        let samples = self.sampler.samples
        func milliseconds(_ microseconds: Int64?) -> Double? {
            microseconds.map { Double($0) / 1_000 }
        }
        let reach = TrafficSampler.reach
        let plots = [
            Plot(
                "Sagas", unit: "/s", reach: reach,
                .init("ended", samples.padded { $0.sagas?.perSecond })),
            Plot(
                "A payment takes", unit: "ms", reach: reach,
                .init("half of them", samples.padded { milliseconds($0.sagas?.p50) }),
                .init("95 in 100", samples.padded { milliseconds($0.sagas?.p95) })),
            Plot(
                "HTTP answers", unit: "/s", reach: reach,
                .init("all", samples.padded(\.answersPerSecond)),
                .init("status 5xx", samples.padded(\.failuresPerSecond))),
            Plot(
                "An HTTP answer takes", unit: "ms", reach: reach,
                .init("half of them", samples.padded { milliseconds($0.httpP50) }),
                .init("95 in 100", samples.padded { milliseconds($0.httpP95) })),
        ]
        return "<div class=\"columns\">\(plots.map(\.html))</div>"
    }
}

extension CommonV1.Money {
    fileprivate var text: String { Money.text(self.minorUnits, self.currency) }
}

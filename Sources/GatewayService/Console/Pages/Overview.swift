internal import ConsoleCore
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit
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
                "\(Plot.number(Double(stats.ended) / Double(stats.periodSeconds)))",
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
        let window = TrafficSampler.Window(for: samples.count)
        func line(
            _ name: String, _ value: (TrafficSampler.Sample) -> Double?
        ) -> Plot.Line {
            .init(name, samples.last(window.rawValue, value))
        }
        func rates(_ title: String, _ lines: [Plot.Line]) -> Plot {
            Plot(title, reach: window.reach, lines) { "\(Plot.number($0)) /s" }
        }
        func times(_ title: String, _ lines: [Plot.Line]) -> Plot {
            Plot(title, reach: window.reach, scale: .logarithmic(from: 1_000), lines) {
                Moments.span(Int64($0))
            }
        }
        let plots = [
            rates("Sagas", [line("ended") { $0.sagas?.perSecond }]),
            times(
                "A payment takes",
                [
                    line("half of them") { $0.sagas?.p50.map(Double.init) },
                    line("95 in 100") { $0.sagas?.p95.map(Double.init) },
                ]),
            rates(
                "HTTP answers",
                [line("all", \.answersPerSecond), line("status 5xx", \.failuresPerSecond)]),
            times(
                "An HTTP answer takes",
                [
                    line("half of them") { $0.httpP50.map(Double.init) },
                    line("95 in 100") { $0.httpP95.map(Double.init) },
                ]),
        ]
        return "<div class=\"columns\">\(plots.map(\.html))</div>"
    }
}

extension CommonV1.Money {
    fileprivate var text: String { Money.text(self.minorUnits, self.currency) }
}

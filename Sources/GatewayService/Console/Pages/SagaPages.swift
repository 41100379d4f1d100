internal import ConsoleCore
internal import Identifiers
internal import Messages
internal import RPC
internal import Stubs

extension Console {
    func sagaList(_ filter: SagaFilter) async -> Page {
        let live = await self.part("orchestrator") {
            let found = try await self.admin.listSagas(
                SagaV1.ListSagasRequest(
                    page: .init(limit: 25, cursor: filter.cursor.text), status: filter.status,
                    kind: filter.kind, merchantID: filter.merchant), options: self.options)
            let table = found.sagas.table("Sagas, newest first", now: self.clock.now())
            let links = filter.cursor.links(
                to: found.page?.nextCursor, path: "sagas", filter: filter.terms)
            return "\(table.html)\(links)"
        }
        return Page("Sagas", .sagas, head: filter.form, live: live, refreshSeconds: 2)
    }

    func saga(_ id: SagaID) async -> Page {
        let live = await self.part("orchestrator") {
            let shown = try await self.admin.showSaga(
                SagaV1.ShowSagaRequest(sagaID: id.description), options: self.options)
            let saga = shown.saga ?? SagaV1.Saga()
            let picture = SagaPicture(saga, shown.events, now: self.clock.now())
            return """
                \(Self.attention(saga))\(Self.facts(saga, shown.idempotencyKey))\
                \(Self.steps(saga, picture))\(Self.effects(shown.effects, saga))\
                \(Self.history(shown.events, since: saga.createdAtUs))
                """
        }
        return Page(
            "Saga", .sagas, live: "<p class=\"id\">\(id.description)</p>\(live)",
            refreshSeconds: 2)
    }

    private static func attention(_ saga: SagaV1.Saga) -> HTML {
        let doubts: [HTML] = saga.steps.filter { $0.status == .inDoubt }.map {
            .note(
                "In doubt: whether \($0.name) happened at the acquirer is not known yet. It is "
                    + "asked again and again, and never done twice.", .doubt)
        }
        guard !saga.attention.isEmpty else { return "\(doubts)" }
        return "\(HTML.note("An operator has to look: \(saga.attention)"))\(doubts)"
    }

    private static func facts(_ saga: SagaV1.Saga, _ key: String) -> HTML {
        let took: HTML =
            saga.endedAtUs > 0 ? "\(Moments.span(saga.endedAtUs - saga.createdAtUs))" : .empty
        let failure = saga.failure.map { failure in
            let decline = failure.declineCode.isEmpty ? "" : " (\(failure.declineCode))"
            return "\(failure.code)\(decline) in \(failure.step): \(failure.message)"
        }
        return .facts(
            "What it is",
            [
                ("kind", "\(saga.kind.replacing("_", with: " "))"), ("status", saga.pills),
                ("payment", .link("payments", saga.paymentID)), ("refund", "\(saga.refundID)"),
                ("merchant", "\(saga.merchantID)"), ("amount", saga.amount.html),
                ("step", "\(saga.currentStep)"), ("why", "\(failure ?? "")"),
                ("started", Moments.html(saga.createdAtUs)), ("took", took),
                ("key", .foreign(key)), ("epoch", "\(saga.epoch)"),
            ])
    }

    private static func steps(_ saga: SagaV1.Saga, _ picture: SagaPicture) -> HTML {
        var table = Table(
            "Steps", .init("step"), .init("status"), .init("when"), .number("took"),
            .number("attempts").minor, .number("undone in").minor, .init("last error").minor,
            empty: "none")
        for step in saga.steps {
            let took: HTML =
                step.endedAtUs > 0 && step.status != .skippedEmpty
                ? "\(Moments.span(step.endedAtUs - step.startedAtUs))" : .empty
            table.add(
                "\(step.name.replacing("_", with: " "))",
                .pill("\(step.status)", step.status.tone),
                picture.line(of: step), took, "\(step.attempts)",
                "\(step.compensationAttempts == 0 ? "" : "\(step.compensationAttempts)")",
                "\(step.lastError)")
        }
        return table.html
    }

    private static func effects(_ effects: [SagaV1.RemainingEffect], _ saga: SagaV1.Saga) -> HTML {
        guard saga.endedAtUs == 0 else { return .empty }
        var table = Table(
            "What would stay if nothing more were done", .init("step"), .init("effect"),
            .init("certain"), empty: "Nothing.")
        for effect in effects {
            table.add(
                "\(effect.step.replacing("_", with: " "))", "\(effect.effect)",
                effect.isCertain ? "yes" : .pill("perhaps", .doubt))
        }
        return table.html
    }

    private static func history(_ events: [SagaV1.SagaEvent], since start: Int64) -> HTML {
        var table = Table(
            "History", .init("at"), .number("since start").minor, .init("step"), .init("what"),
            .init("detail"), empty: "Nothing happened yet.")
        for event in events {
            table.add(
                Moments.precise(event.atUs), "\(Moments.span(event.atUs - start))",
                "\(event.step.replacing("_", with: " "))",
                "\(event.type.replacing("_", with: " "))", .foreign(event.detail))
        }
        return table.html
    }
}

extension [SagaV1.Saga] {
    func table(_ caption: String, now: Timestamp) -> Table {
        var table = Table(
            caption, .init("saga"), .init("kind").minor, .init("status"), .init("steps"),
            .number("amount"), .init("started").minor, .number("took").minor,
            empty: "There are none.")
        for saga in self {
            let end = saga.endedAtUs > 0 ? saga.endedAtUs : now.microseconds
            table.add(
                .link("sagas", saga.id), "\(saga.kind.replacing("_", with: " "))", saga.pills,
                SagaPicture(saga, now: now).line, saga.amount.html, Moments.html(saga.createdAtUs),
                "\(Moments.span(end - saga.createdAtUs))")
        }
        return table
    }
}

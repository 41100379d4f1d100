internal import Messages

extension GatewayV1.Account {
    var record: String {
        var record = Record()
        record.add("account", self.id)
        record.add("merchant", self.merchantID)
        record.add("name", self.displayName)
        record.add("created", Moment.text(self.createdAtUs))
        return record.rendered()
    }
}

extension [GatewayV1.Account] {
    var table: String {
        var table = Table(
            .init(title: "account"), .init(title: "merchant"), .init(title: "name"),
            .init(title: "created"))
        table.rows = self.map {
            [$0.id, $0.merchantID, $0.displayName, Moment.text($0.createdAtUs)]
        }
        return table.rendered(empty: "no accounts")
    }
}

extension GatewayV1.Key {
    /// - Parameter secret: Its text, if it was just made.
    func record(secret: String) -> String {
        var record = Record()
        record.add("key", self.id)
        record.add("secret", secret)
        record.add("account", self.accountID)
        record.add("kind", self.kind.description)
        record.add("mode", self.mode)
        record.add("may", self.permissions.joined(separator: ", "))
        record.add("text", self.hint)
        record.add("created", Moment.text(self.createdAtUs))
        record.add("ends", self.expiresAtUs == 0 ? nil : Moment.text(self.expiresAtUs))
        return record.rendered()
    }

    fileprivate var mode: String { self.livemode ? "live" : "test" }
}

extension [GatewayV1.Key] {
    var table: String {
        var table = Table(
            .init(title: "key"), .init(title: "text"), .init(title: "kind"),
            .init(title: "mode"), .init(title: "account"), .init(title: "created"),
            .init(title: "ends"))
        table.rows = self.map {
            [
                $0.id, $0.hint, $0.kind.description, $0.mode, $0.accountID,
                Moment.text($0.createdAtUs),
                $0.expiresAtUs == 0 ? "" : Moment.text($0.expiresAtUs),
            ]
        }
        return table.rendered(empty: "no keys")
    }
}

extension [GatewayV1.WebhookEndpoint] {
    var table: String {
        var table = Table(
            .init(title: "endpoint"), .init(title: "account"), .init(title: "mode"),
            .init(title: "state"), .init(title: "failures", alignment: .right),
            .init(title: "url"), .init(title: "events"))
        table.rows = self.map {
            [
                $0.id, $0.accountID, $0.livemode ? "live" : "test",
                $0.enabled ? "enabled" : "disabled", "\($0.failures)", $0.url,
                $0.enabledEvents.joined(separator: " "),
            ]
        }
        return table.rendered(empty: "no endpoints")
    }
}

extension [GatewayV1.WebhookDelivery] {
    var table: String {
        var table = Table(
            .init(title: "event"), .init(title: "type"), .init(title: "endpoint"),
            .init(title: "state"), .init(title: "tried", alignment: .right),
            .init(title: "next"), .init(title: "last answer"))
        table.rows = self.map {
            [
                $0.eventID, $0.eventType, $0.endpointID, $0.state.description, "\($0.attempts)",
                $0.state == .pending ? Moment.text($0.dueAtUs) : "", $0.lastAnswer,
            ]
        }
        return table.rendered(empty: "no deliveries")
    }
}

extension GatewayV1.WebhookDelivery {
    /// What an endpoint wrote is shown without what would move the cursor.
    fileprivate var lastAnswer: String {
        guard self.status != 0 else { return self.problem }
        let text = String(decoding: self.response.prefix(60), as: UTF8.self)
        let shown = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        return "\(self.status) \(String(String.UnicodeScalarView(shown)))"
    }
}

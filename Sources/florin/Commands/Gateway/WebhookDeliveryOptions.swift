internal import ArgumentParser
internal import Messages

/// Which deliveries a command is about.
struct WebhookDeliveryOptions: ParsableArguments {
    enum State: String, CaseIterable, ExpressibleByArgument {
        case pending, delivered, dead

        var wire: GatewayV1.WebhookDeliveryState {
            switch self {
            case .pending: .pending
            case .delivered: .delivered
            case .dead: .dead
            }
        }
    }

    @Option(help: "Whose: an account's id, or its merchant's.") var account: String
    @Flag(help: "Of real payments; else of tests.") var live = false
    @Option(help: "Only to this endpoint.") var endpoint: String = ""
    @Option(help: "Only of this event.") var event: String = ""
    @Option(help: "Only those in this state.") var state: State?

    var filter: GatewayV1.WebhookDeliveryFilter {
        .init(
            account: self.account, livemode: self.live, endpointID: self.endpoint,
            eventID: self.event, state: self.state?.wire ?? .unspecified)
    }
}

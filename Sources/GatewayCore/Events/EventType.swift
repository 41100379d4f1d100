/// What merchants are told of, by the names that Stripe gives it; `payment_intent.updated` is our
/// own.
package enum EventType: String, CaseIterable, Hashable, Sendable {
    case paymentIntentCreated = "payment_intent.created"
    case paymentIntentUpdated = "payment_intent.updated"
    case paymentIntentProcessing = "payment_intent.processing"
    case paymentIntentRequiresAction = "payment_intent.requires_action"
    case paymentIntentPaymentFailed = "payment_intent.payment_failed"
    case paymentIntentAmountCapturableUpdated = "payment_intent.amount_capturable_updated"
    case paymentIntentSucceeded = "payment_intent.succeeded"
    case paymentIntentCanceled = "payment_intent.canceled"
    case chargeSucceeded = "charge.succeeded"
    case chargeFailed = "charge.failed"
    case chargeCaptured = "charge.captured"
    case chargeRefunded = "charge.refunded"
    case refundCreated = "refund.created"
    case refundUpdated = "refund.updated"
    case refundFailed = "refund.failed"
    case customerCreated = "customer.created"
    case customerUpdated = "customer.updated"
    case customerDeleted = "customer.deleted"
    case paymentMethodAttached = "payment_method.attached"
    case paymentMethodUpdated = "payment_method.updated"
    case paymentMethodDetached = "payment_method.detached"

    /// Those whose names fit a pattern, in which `*` stands for any text: "charge.*".
    package static func matching(_ pattern: String) -> [EventType] {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        return Self.allCases.filter { $0.consists(of: parts) }
    }

    /// Whether its name begins with the first part and ends with the last, with the others between
    /// them in their order.
    private func consists(of parts: [Substring]) -> Bool {
        guard let first = parts.first, let last = parts.last, parts.count > 1 else {
            return parts == [self.rawValue[...]]
        }
        guard self.rawValue.hasPrefix(first) else { return false }
        var rest = self.rawValue.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }

    /// Whether its events tell what the object's changed attributes were before.
    package var tellsPrevious: Bool { self.rawValue.hasSuffix(".updated") }
}

/// The types of events that an endpoint is told of.
package struct EventSelection: Hashable, Sendable {
    package static let everything = "*"

    /// As they were given: types, or `*` for all.
    package let names: [String]

    package init(trusting names: [String]) { self.names = names }

    /// - Throws: For none at all, an unknown one, and `*` beside others.
    package init(_ names: [String]) throws(APIError) {
        guard !names.isEmpty else {
            throw .invalid(
                "You must pass at least one event.", "enabled_events",
                code: "parameter_invalid_empty")
        }
        for (index, name) in names.enumerated() {
            guard name == Self.everything || EventType(rawValue: name) != nil else {
                throw .invalid(
                    "Invalid enabled_events[\(index)]: there is no event type "
                        + "\"\(name.prefix(80))\".", "enabled_events[\(index)]")
            }
        }
        guard names.count == 1 || !names.contains(Self.everything) else {
            throw .invalid(
                "`*` stands for all events and must be the only one.", "enabled_events")
        }
        self.names = names
    }

    package func contains(_ type: EventType) -> Bool {
        self.names.contains { $0 == Self.everything || $0 == type.rawValue }
    }
}

internal import Identifiers
internal import PaymentCore
internal import Synchronization

/// Payments that have ended, as they were last read: between one and two generations of those that
/// were asked for last.
///
/// What is shown of an ended payment changes with an event only, by a refund, new details or a freeze.
/// So the number of its last event is its version, and whoever shows one from here asks the database
/// for that number first (decision 0014).
final class EndedPayments: Sendable {
    private struct Memory {
        var recent: [PaymentID: PaymentWithEvents] = [:]
        var older: [PaymentID: PaymentWithEvents] = [:]
    }

    /// About a kilobyte each.
    private static let generation = 4_096

    private let memory = Mutex(Memory())

    func known(_ ids: [PaymentID]) -> [PaymentID: PaymentWithEvents] {
        self.memory.withLock { memory in
            var known: [PaymentID: PaymentWithEvents] = [:]
            for id in ids {
                guard let payment = memory.recent[id] ?? memory.older[id] else { continue }
                known[id] = payment
                if memory.recent[id] == nil { Self.keep(payment, in: &memory) }
            }
            return known
        }
    }

    /// Keeps it if it has ended.
    func keep(_ payment: PaymentWithEvents) {
        guard payment.stored.payment.hasEnded else { return }
        self.memory.withLock { Self.keep(payment, in: &$0) }
    }

    private static func keep(_ payment: PaymentWithEvents, in memory: inout Memory) {
        if memory.recent.count >= Self.generation {
            memory.older = memory.recent
            memory.recent = [:]
        }
        memory.recent[payment.stored.payment.id] = payment
    }
}

extension Payment {
    /// Whether it keeps its status for good.
    fileprivate var hasEnded: Bool {
        switch self.status {
        case .succeeded, .canceled: self.activity == nil
        case .requiresPaymentMethod, .requiresConfirmation, .requiresAction, .processing,
            .requiresCapture:
            false
        }
    }
}

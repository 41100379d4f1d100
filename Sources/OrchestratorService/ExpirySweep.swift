internal import Identifiers
internal import Logging
internal import Messages
internal import RPC
internal import SagaEngine
internal import Stubs
internal import Synchronization

/// Cancels payments that were set aside and not captured in time.
final class ExpirySweep: Sendable {
    private let frontDoor: FrontDoor
    private let interval: Duration
    private let clock: any WallClock
    private let timer: any SagaTimer
    private let logger: Logger
    private let isStopped = Atomic(false)

    init(
        frontDoor: FrontDoor, interval: Duration, clock: any WallClock, timer: any SagaTimer,
        logger: Logger
    ) {
        self.frontDoor = frontDoor
        self.interval = interval
        self.clock = clock
        self.timer = timer
        self.logger = logger
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    func run() async {
        while !isStopped.load(ordering: .relaxed) {
            do {
                try await cancelDue()
            } catch {
                logger.warning("expired payments not canceled", metadata: ["error": "\(error)"])
            }
            guard (try? await timer.sleep(for: interval)) != nil else { return }
        }
    }

    /// Starts a saga for each payment that is due. Any number of orchestrators may do so at once:
    /// the idempotency key is the payment's.
    private func cancelDue() async throws {
        var request = PaymentV1.ListPaymentsRequest(
            page: CommonV1.PageRequest(limit: 100), status: .requiresCapture,
            captureDueBeforeUs: clock.now().microseconds)
        repeat {
            let answer = try await frontDoor.participants.payment.listPayments(request)
            for payment in answer.payments where !isStopped.load(ordering: .relaxed) {
                try await cancel(payment)
            }
            request.page?.cursor = answer.page?.nextCursor ?? ""
        } while request.page?.cursor.isEmpty == false && !isStopped.load(ordering: .relaxed)
    }

    private func cancel(_ payment: PaymentV1.Payment) async throws {
        let request = SagaV1.CancelPaymentRequest(
            idempotencyKey: "expired/\(payment.id)/\(payment.captureBeforeUs)",
            paymentID: payment.id, reason: "expired")
        do {
            _ = try await frontDoor.cancel(request, patience: .seconds(30))
        } catch let error as RPCError where error.code == .failedPrecondition {
            // Captured or canceled meanwhile, or another saga is at work on it.
            logger.info(
                "expired payment left alone",
                metadata: ["payment": "\(payment.id)", "error": "\(error)"])
        }
    }
}

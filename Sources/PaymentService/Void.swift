internal import AcquirerConnector
internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres
internal import RPC
internal import ServiceKit

extension Payments {
    /// As an action it voids what the payment's charge holds; as a compensation what the step it
    /// names authorized, which may still be in doubt: then that is settled first, by queries alone.
    func void(
        _ request: PaymentV1.VoidRequest, context: CallContext
    ) async throws -> PaymentV1.VoidResponse {
        let operation = try Operation(of: request)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let authorized = AcquirerReference.action(operation, on: id.description)
        let begun: ExternalBegin<PaymentV1.VoidResponse> = try await self.operations.beginExternal(
            operation, empty: PaymentV1.VoidResponse(outcome: .approved),
            needs: .init(payment: id, references: [authorized])
        ) { [now = self.clock.now()] books in
            switch operation.kind {
            case .action:
                let payment = try books.payment(id)
                try refusing { () throws(PaymentError) in
                    try payment.voiding(saga: operation.sagaID)
                }
            case .compensation: books.attempts.abandon(authorized, at: now)
            }
        }
        if case .answered(let answer) = begun { return answer }
        switch try await self.authorization(toVoidBy: operation, of: id, context: context) {
        case .inDoubt: return PaymentV1.VoidResponse(outcome: .inDoubt)
        case .nothing:
            return try await self.operations.finishExternal(operation, needs: .init()) { _ in
                PaymentV1.VoidResponse(outcome: .approved)
            }
        case .approved(let reference):
            return try await self.void(reference, of: id, by: operation, context: context)
        }
    }

    private enum Authorization {
        case nothing
        case inDoubt
        case approved(String)
    }

    private func authorization(
        toVoidBy operation: Operation, of id: PaymentID, context: CallContext
    ) async throws -> Authorization {
        guard operation.kind == .compensation else {
            let payment = try await self.store.payment(id)
            return payment?.charge?.authorizationReference.map(Authorization.approved) ?? .nothing
        }
        let reference = AcquirerReference.action(operation, on: id.description)
        guard
            var authorization = try await AcquirerOperation.find(
                reference, in: self.store.database),
            authorization.instruction.kind == .authorize
        else { return .nothing }
        let progress = await self.connector.drive(
            &authorization, isFresh: false, context: context)
        try await self.connector.note(authorization, in: self.operations)
        return switch progress {
        case .settled(.approved): .approved(reference)
        case .settled: .nothing
        case .inDoubt, .pending: .inDoubt
        }
    }

    /// Voids under the first reference that is not known to have failed for want of an answer.
    private func void(
        _ authorization: String, of id: PaymentID, by operation: Operation, context: CallContext
    ) async throws -> PaymentV1.VoidResponse {
        var number = 1
        while true {
            let reference = AcquirerReference.void(
                operation, on: id.description, number: number)
            var (asked, isFresh) = try await self.connector.findOrStore(
                reference, subject: id.uuid, instruction: .void(authorization),
                in: self.operations)
            switch await self.connector.drive(&asked, isFresh: isFresh, context: context) {
            case .settled(.absent):
                try await self.connector.note(asked, in: self.operations)
                number += 1
            case .settled(let verdict):
                return try await self.operations.finishExternal(
                    operation, needs: .init(references: [reference])
                ) { [asked, now = self.clock.now()] books in
                    books.attempts.save(asked, at: now)
                    let (outcome, failure) = verdict.wire
                    return PaymentV1.VoidResponse(
                        outcome: outcome, failure: failure, acquirerReference: reference)
                }
            case .inDoubt, .pending:
                try await self.connector.note(asked, in: self.operations)
                return PaymentV1.VoidResponse(outcome: .inDoubt, acquirerReference: reference)
            }
        }
    }
}

internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit

extension SandboxAcquirer {
    /// What a settlement file of a period has, or what was settled for a few payments.
    func listSettled(
        _ request: AcquirerV1.ListSettledRequest, context: CallContext
    ) async throws -> AcquirerV1.ListSettledResponse {
        let limit = try PageLimit(request.page)
        guard request.subjects.count <= 100 else {
            throw RPCError.invalidArgument(field: "subjects", "must be at most 100")
        }
        for (index, subject) in request.subjects.enumerated() {
            _ = try Self.reference(subject, field: "subjects[\(index)]")
        }
        let found = try await self.store.settled(
            in: try self.period(of: request), of: request.subjects,
            after: try Self.settledCursor(of: request.page), limit: limit.rowsToAskFor)
        let (settled, page) = limit.page(found) {
            SettledCursor(settledAt: $0.settledAt, reference: $0.reference).text
        }
        return AcquirerV1.ListSettledResponse(settled: settled.map(\.wire), page: page)
    }

    /// Up to now at most: what is decided later is not settled yet.
    private func period(
        of request: AcquirerV1.ListSettledRequest
    ) throws(RPCError) -> Range<Timestamp> {
        guard request.fromUs >= 0, request.toUs == 0 || request.toUs >= request.fromUs else {
            throw .invalidArgument(field: "to_us", "must not be before from_us")
        }
        let from = Timestamp(microseconds: request.fromUs)
        let now = self.clock.now() + .microseconds(1)
        let end = request.toUs == 0 ? now : min(now, Timestamp(microseconds: request.toUs))
        return from..<max(from, end)
    }

    private static func settledCursor(
        of page: CommonV1.PageRequest?
    ) throws(RPCError) -> SettledCursor? {
        guard let text = page?.cursor, !text.isEmpty else { return nil }
        guard let cursor = SettledCursor(text), !text.unicodeScalars.contains("\0") else {
            throw .invalidArgument(
                field: "page.cursor", "must be the next_cursor of the page before")
        }
        return cursor
    }
}

extension SettledEffect {
    fileprivate var wire: AcquirerV1.Settled {
        AcquirerV1.Settled(
            reference: self.reference, kind: self.kind == .refund ? .refund : .capture,
            amount: self.amount.wire,
            settledAtUs: self.settledAt.microseconds)
    }
}

internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension SandboxAcquirer {
    func listEffects(
        _ request: AcquirerV1.ListEffectsRequest, context: CallContext
    ) async throws -> AcquirerV1.ListEffectsResponse {
        let limit = try PageLimit(request.page)
        let cursor = request.page?.cursor ?? ""
        for (field, text) in [
            ("page.cursor", cursor), ("reference_prefix", request.referencePrefix),
        ] where !text.isEmpty { _ = try Self.reference(text, field: field) }
        if !cursor.isEmpty, try await self.store.effect(cursor) == nil {
            throw RPCError.invalidArgument(
                field: "page.cursor", "must be the next_cursor of the page before")
        }
        let found = try await self.store.effects(
            prefix: request.referencePrefix, after: cursor, limit: limit.rowsToAskFor)
        let (effects, page) = limit.page(found, cursor: \.reference)
        let now = self.clock.now()
        return AcquirerV1.ListEffectsResponse(effects: effects.map { $0.wire(at: now) }, page: page)
    }
}

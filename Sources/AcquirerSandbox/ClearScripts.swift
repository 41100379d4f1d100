internal import Messages
internal import RPC

extension SandboxAcquirer {
    func clearScripts(
        _ request: AcquirerV1.ClearScriptsRequest, context: CallContext
    ) async throws -> AcquirerV1.ClearScriptsResponse {
        AcquirerV1.ClearScriptsResponse(removed: try await self.store.removeScripts())
    }
}

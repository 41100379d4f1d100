internal import Messages
internal import RPC

extension SandboxAcquirer {
    func listScripts(
        _ request: AcquirerV1.ListScriptsRequest, context: CallContext
    ) async throws -> AcquirerV1.ListScriptsResponse {
        AcquirerV1.ListScriptsResponse(scripts: try await self.store.scripts().map(\.wire))
    }
}

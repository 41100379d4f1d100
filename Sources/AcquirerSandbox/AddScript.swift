internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import RPC

extension SandboxAcquirer {
    func addScript(
        _ request: AcquirerV1.AddScriptRequest, context: CallContext
    ) async throws -> AcquirerV1.AddScriptResponse {
        let script = try Script(request.script, id: self.identifiers.next(ScriptKind.self))
        try await self.store.add(script, at: self.clock.now())
        return AcquirerV1.AddScriptResponse(script: script.wire)
    }
}

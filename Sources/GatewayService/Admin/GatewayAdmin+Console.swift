internal import Identifiers
internal import Logging
internal import Messages
internal import RPC
internal import SagaCore

extension GatewayAdmin {
    func createConsoleLogin(
        _ request: GatewayV1.CreateConsoleLoginRequest, context: CallContext
    ) async throws -> GatewayV1.CreateConsoleLoginResponse {
        let caller = OperatorIdentity(name: context.peerHolder, serial: context.peerSerial)
        let (token, expires) = try await self.sessions.makeLogin(for: caller)
        context.logger.notice("console link made", metadata: ["operator": "\(caller.text)"])
        return GatewayV1.CreateConsoleLoginResponse(
            url: "\(self.publicURL)/console/login?token=\(token)",
            expiresAtUs: expires.microseconds)
    }
}

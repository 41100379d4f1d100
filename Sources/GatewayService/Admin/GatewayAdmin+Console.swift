internal import Identifiers
internal import Logging
internal import Messages
internal import RPC

extension GatewayAdmin {
    func createConsoleLogin(
        _ request: GatewayV1.CreateConsoleLoginRequest, context: CallContext
    ) async throws -> GatewayV1.CreateConsoleLoginResponse {
        let (token, expires) = try await self.sessions.makeLogin(for: context.peerSerial)
        context.logger.notice(
            "console link made", metadata: ["operator": "\(context.peerSerial)"])
        return GatewayV1.CreateConsoleLoginResponse(
            url: "\(self.publicURL)/console/login?token=\(token)",
            expiresAtUs: expires.microseconds)
    }
}

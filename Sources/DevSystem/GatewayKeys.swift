internal import Foundation
internal import Logging
internal import Messages
internal import NIOPosix
internal import RPC
internal import Stubs
internal import TLS

/// Keys to try the HTTP API with: made at the first start of a data folder, kept in it after that.
enum GatewayKeys {
    /// Whose they are.
    private static let merchant = "acme"

    /// - Returns: `nil` for a system without a gateway.
    static func prepare(
        _ state: DevState, _ layout: DevLayout
    ) async throws(DevError) -> DevState.Gateway? {
        guard let service = state.services[Role.gateway.rawValue], let http = service.http else {
            return nil
        }
        let address = "http://\(http)"
        if var known = self.read(layout) {
            known.address = address
            return known
        }
        do {
            let made = try await self.make(state, service.address, address)
            try self.write(made, layout)
            return made
        } catch let error as DevError {
            throw error
        } catch {
            throw DevError(
                .serviceFailed, "the gateway made no keys: \(error)",
                hint: "Its log is \(layout.log(Role.gateway.rawValue)).")
        }
    }

    private static func make(
        _ state: DevState, _ service: String, _ address: String
    ) async throws -> DevState.Gateway {
        guard let endpoint = Endpoint(parsing: service) else {
            throw DevError(
                .serviceFailed, "\(service) is no address", hint: "Start the system again.")
        }
        let client = RPCClient(
            endpoint: endpoint, peer: .gateway,
            tls: try TLSContext(certificates: state.certificates, role: .operator, side: .client),
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "florin") { _ in SwiftLogNoOpLogHandler() })
        do {
            let gateway = try await self.make(GatewayAdminServiceClient(client), address)
            await client.close()
            return gateway
        } catch {
            await client.close()
            throw error
        }
    }

    private static func make(
        _ admin: GatewayAdminServiceClient, _ address: String
    ) async throws -> DevState.Gateway {
        let account = try await admin.createAccount(
            .init(merchantID: self.merchant, displayName: "Acme"))
        func key(_ kind: GatewayV1.KeyKind) async throws -> String {
            try await admin.createKey(.init(account: self.merchant, kind: kind)).secret
        }
        return DevState.Gateway(
            address: address, account: account.account?.id ?? "",
            secretKey: try await key(.secret), publishableKey: try await key(.publishable))
    }

    private static func read(_ layout: DevLayout) -> DevState.Gateway? {
        FileManager.default.contents(atPath: layout.gatewayKeys).flatMap {
            try? JSONDecoder().decode(DevState.Gateway.self, from: $0)
        }
    }

    /// For the owner only: they move money, if only that of tests.
    private static func write(_ keys: DevState.Gateway, _ layout: DevLayout) throws(DevError) {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard let content = try? JSONEncoder().encode(keys),
            FileManager.default.createFile(
                atPath: layout.gatewayKeys, contents: content, attributes: attributes)
        else {
            throw DevError(
                .fileFailed, "cannot write \(layout.gatewayKeys)",
                hint: "Make the folder writable, or choose another with --data.")
        }
    }
}

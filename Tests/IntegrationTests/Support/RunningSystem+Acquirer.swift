import DevSystem
import Foundation
import Logging
import Messages
import NIOPosix
import Postgres
import RPC
import Stubs
import TLS

extension RunningSystem {
    /// Captures money under a reference of the payment's that no saga asked for, as a network does
    /// that carries out one request twice.
    func captureOnceMore(_ paymentID: String, _ amount: CommonV1.Money) async throws {
        let state = await self.state
        let address = try state.services["acquirer"].required().address
        let client = RPCClient(
            endpoint: try Endpoint(parsing: address).required(), peer: .acquirer,
            tls: try TLSContext(
                certificates: state.certificates, role: .payment, side: .client),
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let acquirer = AcquirerServiceClient(client)
        let soon = Int64((Date().timeIntervalSince1970 + 30) * 1_000_000)
        let authorization = "\(paymentID)/again/authorize"
        _ = try await acquirer.authorize(
            .init(
                reference: authorization, amount: amount, paymentMethod: "pm_card_visa",
                notAfterUs: soon))
        _ = try await acquirer.capture(
            .init(
                reference: "\(paymentID)/again/capture", authorizationReference: authorization,
                amount: amount, notAfterUs: soon))
        await client.close()
    }

    /// Has the network say that it captured another amount.
    func changeCapture(_ paymentID: String, by minorUnits: Int64) async throws {
        let service = try await self.state.services["acquirer"].required()
        let pool = try PostgresPool(
            configuration: .init(dsn: service.ownerDatabase, connections: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try await pool.query(
            """
            UPDATE effect SET amount = amount + $2
            WHERE kind = 'capture' AND starts_with(reference, $1)
            """, [.text(paymentID + "/"), .int64(minorUnits)])
        await pool.close()
    }
}

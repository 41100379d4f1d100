import DevSystem
import Foundation
import FoundationNetworking
import Identifiers
import Logging
import Messages
import NIOPosix
import Postgres
import RPC
import Stubs
import TLS

extension RunningSystem {
    /// Lends a way to a service as another service has it.
    private func withClient<Result>(
        to peer: Role, as role: Role, _ body: (RPCClient) async throws -> Result
    ) async throws -> Result {
        let state = await self.state
        let address = try state.services[peer.rawValue].required().address
        let client = RPCClient(
            endpoint: try Endpoint(parsing: address).required(), peer: peer,
            tls: try TLSContext(certificates: state.certificates, role: role, side: .client),
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    /// Captures money under a reference of the payment's that no saga asked for, as a network does
    /// that carries out one request twice.
    func captureOnceMore(_ paymentID: String, _ amount: CommonV1.Money) async throws {
        try await self.withClient(to: .acquirer, as: .payment) { client in
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
        }
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
            WHERE kind IN ('capture', 'purchase') AND starts_with(reference, $1)
            """, [.text(paymentID + "/"), .int64(minorUnits)])
        await pool.close()
    }

    /// Moves money through the account `acquirer` for a payment that does not exist, or for none.
    func postForeignTransfer(_ amount: CommonV1.Money, for payment: PaymentID?) async throws {
        func account(_ name: String) async throws -> LedgerV1.Uint128 {
            try await self.ledger.listAccounts(
                .init(namePrefix: name, currency: amount.currency)
            ).accounts.first { $0.name == name }.required().id.required()
        }
        let transfer = LedgerV1.Transfer(
            id: .init(high: .random(in: 1...9_999_999), low: .random(in: 1...9_999_999)),
            debitAccountID: try await account("acquirer"),
            creditAccountID: try await account("fees"), amount: amount.minorUnits,
            currency: amount.currency, code: 1,
            userData: payment.map { .init(high: $0.uuid.high, low: $0.uuid.low) })
        let results = try await self.withClient(to: .ledger, as: .orchestrator) { client in
            try await LedgerServiceClient(client).createTransfers(.init(transfers: [transfer]))
                .results
        }
        guard results == [.created] else { throw Missing(type: "created transfer: \(results)") }
    }

    /// A service's page of metrics.
    func metrics(of role: Role) async throws -> String {
        let address = try await self.state.services[role.rawValue].required().metrics.required()
        let url = try URL(string: "http://\(address)/metrics").required()
        let (page, _) = try await URLSession.shared.data(from: url)
        return String(decoding: page, as: UTF8.self)
    }
}

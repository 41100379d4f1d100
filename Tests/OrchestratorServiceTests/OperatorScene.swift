import Identifiers
import Logging
import Messages
import NIOPosix
import Postgres
import RPC
import Stubs
import TLS
import TestKit

@testable import OrchestratorService

/// An orchestrator among scripted participants, with two operators whose certificates differ.
struct OperatorScene: Sendable {
    let participants: ScriptedParticipants
    let client: OrchestratorServiceClient
    let first: SagaAdminServiceClient
    let second: SagaAdminServiceClient
    let database: EphemeralDatabase
    /// Where the orchestrator listens.
    let address: String

    static func with(_ body: @Sendable (OperatorScene) async throws -> Void) async throws {
        let folder = try TemporaryFolder.make("second-operator")
        try CertificateAuthority(opening: TestCertificates.folder())
            .issue(role: .operator, holder: "bob", in: folder)
        try await ScriptedParticipants.with { participants in
            try await withService(Orchestrator.self, peers: participants.peers) { service in
                let another = RPCClient(
                    endpoint: Endpoint(host: "127.0.0.1", port: service.port), peer: .orchestrator,
                    tls: try TLSContext(certificates: folder, role: .operator, side: .client),
                    group: MultiThreadedEventLoopGroup.singleton,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                let scene = OperatorScene(
                    participants: participants,
                    client: OrchestratorServiceClient(try service.channel(as: .client)),
                    first: SagaAdminServiceClient(try service.channel(as: .operator)),
                    second: SagaAdminServiceClient(another), database: service.database,
                    address: service.address)
                do {
                    try await body(scene)
                    await another.close()
                } catch {
                    await another.close()
                    throw error
                }
            }
        }
    }

    /// A payment whose saga is in doubt at the step.
    func paymentInDoubt(at step: String) async throws -> SagaV1.Saga {
        switch step {
        case "capture":
            participants.answer("Purchase", with: PaymentV1.PurchaseResponse(outcome: .inDoubt))
        default:
            var payment = PaymentV1.Payment.dollars
            payment.captureMethod = .manual
            participants.answer(
                "BeginAttempt", with: PaymentV1.BeginAttemptResponse(payment: payment))
            participants.answer("Authorize", with: PaymentV1.AuthorizeResponse(outcome: .inDoubt))
        }
        return try await withThrowingTaskGroup(of: Void.self) { calls in
            // Its caller goes away as soon as it is in doubt; the saga stays.
            calls.addTask {
                _ = try? await self.client.processPayment(
                    SagaV1.ProcessPaymentRequest(
                        idempotencyKey: "key", paymentID: PaymentV1.Payment.paymentID))
            }
            var found = SagaV1.Saga()
            _ = try await eventually {
                found =
                    try await self.first.listSagas(SagaV1.ListSagasRequest()).sagas.first
                    ?? SagaV1.Saga()
                return found.steps.contains { $0.name == step && $0.status == .inDoubt }
            }
            calls.cancelAll()
            return found
        }
    }

    /// Runs `florin saga …` as the first operator.
    func florin(_ arguments: String...) async throws -> FlorinProgram.Outcome {
        try await self.florin(arguments)
    }

    func florin(_ arguments: [String]) async throws -> FlorinProgram.Outcome {
        try await FlorinProgram.run(
            ["saga"] + arguments + [
                "--orchestrator-address", self.address, "--certificates",
                TestCertificates.folder(),
            ], data: "/nowhere")
    }

    func show(_ id: String) async throws -> SagaV1.Saga {
        try await first.showSaga(SagaV1.ShowSagaRequest(sagaID: id)).saga ?? SagaV1.Saga()
    }

    func comes(_ id: String, to status: SagaV1.SagaStatus) async throws -> Bool {
        try await eventually(within: .seconds(30)) { try await self.show(id).status == status }
    }

    /// The operators' log, oldest first: "stop requested".
    func log() async throws -> [String] {
        let request = SagaV1.ListOperatorLogRequest(page: .init(limit: 100))
        return try await first.listOperatorLog(request).entries.reversed().map {
            "\($0.action) \($0.outcome)"
        }
    }

    /// Why a call was refused; empty if it was not.
    func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return ""
        } catch {
            return (error as? RPCError)?.reason?.rawValue ?? "\(error)"
        }
    }
}

internal import AcquirerCore
package import ServiceKit
internal import Stubs
package import TLS

/// The sandbox of a card network, as a service.
///
/// Settings of its own:
/// - `pending-refund` (duration, 2s): how long a refund stays undecided where the payment method
///   makes it pend.
/// - `held-calls` (1000): how many calls may be kept waiting at once by behaviours that answer
///   late or never; more are refused.
package enum AcquirerProcess: ServiceDefinition {
    package static let role = Role.acquirer
    package static let peers: [Role] = []

    package static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let settings = environment.settings
        let database = environment.database
        let effects = GroupCommit<EffectBatch.Order, EffectBatch.Performed>(
            logger: environment.logger
        ) { try await EffectBatch.carryOut($0, in: database) }
        let sandbox = SandboxAcquirer(
            store: EffectStore(database: environment.database), effects: effects,
            clock: environment.clock,
            identifiers: environment.identifiers,
            pendingRefund: try settings.duration("pending-refund", default: .seconds(2)),
            heldCalls: HeldCalls(
                limit: try settings.integer("held-calls", default: 1_000, in: 1...100_000)))
        return ServiceParts(methods: sandbox.methods, background: [effects])
    }
}

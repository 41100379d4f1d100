internal import Identifiers
internal import Postgres
internal import RPC
internal import SagaCore
internal import Stubs

/// What operators ask and order. One file for each method.
struct SagaAdmin: SagaAdminServiceHandler {
    let database: PostgresPool
    let flows: FlowBook
    let participants: Participants
    let clock: any WallClock
    let identifiers: any IdentifierSource
    let approvalLifetime: Duration
    let watchers: Watchers

    var log: OperatorLog { OperatorLog(database: self.database) }
}

extension CallContext {
    /// Who calls.
    var `operator`: OperatorIdentity { OperatorIdentity(name: peerHolder, serial: peerSerial) }
}

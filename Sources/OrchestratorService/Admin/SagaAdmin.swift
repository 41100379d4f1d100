internal import Identifiers
internal import Postgres
internal import Stubs

/// What operators ask and order. One file for each method.
struct SagaAdmin: SagaAdminServiceHandler {
    let database: PostgresPool
    let flows: FlowBook
    let participants: Participants
    let clock: any WallClock
    let identifiers: any IdentifierSource
    let approvalLifetime: Duration

    var log: OperatorLog { OperatorLog(database: self.database) }
}

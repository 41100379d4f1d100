internal import Postgres
internal import Stubs

/// What operators ask. One file for each method.
struct SagaAdmin: SagaAdminServiceHandler {
    let database: PostgresPool
    let flows: FlowBook
}

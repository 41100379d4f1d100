internal import Postgres

/// The service's SQL. Reads go straight to the pool; what belongs together takes a transaction.
struct FXStore: Sendable {
    let database: PostgresPool

    init(database: PostgresPool) {
        self.database = database
    }
}

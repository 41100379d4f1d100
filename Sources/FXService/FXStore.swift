package import Postgres

/// The service's SQL. Reads go straight to the pool; what belongs together takes a transaction.
package struct FXStore: Sendable {
    let database: PostgresPool

    package init(database: PostgresPool) {
        self.database = database
    }
}

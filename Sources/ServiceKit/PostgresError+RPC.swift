internal import Logging
internal import Postgres
package import RPC

extension RPCMethod {
    /// The same method, whose database errors reach the caller as RPC errors: `UNAVAILABLE`
    /// (`database_unavailable`) when a later try may succeed, else `INTERNAL`. The whole error is
    /// in the log only.
    package var translatingDatabaseErrors: RPCMethod {
        let handle = self.handle
        return RPCMethod(descriptor: self.descriptor) { request, context in
            do {
                return try await handle(request, context)
            } catch let error as PostgresError {
                context.logger.error(
                    "database error",
                    metadata: [
                        "error": "\(String(reflecting: error))",
                        "transient": "\(error.isTransient)",
                    ])
                throw error.isTransient
                    ? RPCError.unavailable(
                        "the database does not answer; try again", reason: .databaseUnavailable)
                    : RPCError.internal()
            }
        }
    }
}

internal import Logging
internal import Postgres
package import RPC

extension RPCMethod {
    /// The same method, whose database errors reach the caller as RPC errors: `UNAVAILABLE`
    /// (`database_unavailable`) when a later try may succeed, else `INTERNAL`. The whole error is
    /// in the log only.
    package var translatingDatabaseErrors: RPCMethod {
        switch self.handler {
        case .immediate:
            return self
        case .unary(let answer):
            return RPCMethod(descriptor: self.descriptor) { request, context in
                try await Self.translate(context) { try await answer(request, context) }
            }
        case .streaming(let answer):
            let handler = RPCMethod.Handler.streaming { messages, context in
                try await Self.translate(context) { try await answer(messages, context) }
            }
            return RPCMethod(descriptor: self.descriptor, handler: handler)
        }
    }

    private static func translate<Answer>(
        _ context: CallContext, _ answer: () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await answer()
        } catch let error as PostgresError {
            context.logger.error(
                "database error",
                metadata: [
                    "error": "\(String(reflecting: error))", "transient": "\(error.isTransient)",
                ])
            throw error.isTransient
                ? RPCError.unavailable(
                    "the database does not answer; try again", reason: .databaseUnavailable)
                : RPCError.internal()
        }
    }
}

internal import Identifiers
internal import Logging
internal import Postgres
internal import RPC
internal import ServiceLifecycle
internal import TLS

/// Keeps the health service honest: SERVING only while the database answers, certificates hold, and
/// nobody has asked the process to stop.
///
/// It is the last of a group's services, so it is the first to learn of a graceful shutdown, and
/// callers are told to go elsewhere before the server stops taking calls.
struct Readiness: ServiceLifecycle.Service {
    let database: PostgresPool
    let health: HealthRegistry
    let certificates: TLSContext
    /// Whether the service itself can serve.
    let isServing: @Sendable () -> Bool
    let clock: any WallClock
    let interval: Duration
    let logger: Logger

    func run() async throws {
        self.health.set(
            isServing: self.isServing() && self.certificates.isUsable(at: self.clock.now()))
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                var hasDatabase = true
                while !Task.isCancelled {
                    await self.rest()
                    guard !Task.isCancelled else { return }
                    let answers = await self.databaseAnswers()
                    if answers != hasDatabase {
                        hasDatabase = answers
                        self.logger.notice("\(answers ? "database is back" : "database is gone")")
                    }
                    // Why a certificate does not do is in the log already.
                    let isUsable = self.certificates.isUsable(at: self.clock.now())
                    self.health.set(isServing: answers && isUsable && self.isServing())
                }
            }
        } onGracefulShutdown: {
            self.health.set(isServing: false)
        }
        self.health.set(isServing: false)
    }

    /// Until the next look; a short one when the service itself was not ready.
    private func rest() async {
        try? await Task.sleep(for: self.isServing() ? self.interval : self.interval / 10)
    }

    private func databaseAnswers() async -> Bool {
        do {
            _ = try await self.database.query("SELECT 1")
            return true
        } catch {
            // A full pool is a busy database, not a lost one.
            return error.code == .poolExhausted
        }
    }
}

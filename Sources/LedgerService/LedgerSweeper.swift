internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import ServiceLifecycle

/// Gives back what pending transfers hold when their time is up, through the writer like all else.
///
/// Nothing depends on its coming in time: an overdue transfer can no longer be posted, swept or
/// not. Only the hold on the balances lasts until then.
struct LedgerSweeper: Service {
    let store: LedgerStore
    let writer: LedgerWriter
    let interval: Duration
    let logger: Logger
    /// How many transfers it takes at once.
    var batchSize = 1_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let swept = try await self.sweep()
                    if swept == self.batchSize { continue }
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.warning(
                        "sweep failed", metadata: ["error": "\(String(reflecting: error))"])
                }
                try? await Task.sleep(for: self.interval)
            }
        }
    }

    /// - Returns: How many transfers were due.
    func sweep() async throws -> Int {
        let due = try await self.store.duePendingTransfers(limit: self.batchSize)
        guard !due.isEmpty else { return 0 }
        _ = try await self.writer.submit(.expire(due))
        self.logger.info("pending transfers expired", metadata: ["count": "\(due.count)"])
        return due.count
    }
}

package import Identifiers

/// Where sagas are kept. Leases and due times are counted by the store's own clock, which all
/// engines on it share.
package protocol SagaStore: Sendable {
    /// What the application stores with a saga at its start, such as its idempotency key.
    associatedtype Details: Sendable

    /// Stores a new saga and waits until it is durable.
    ///
    /// - Parameter lease: For how long it belongs to the caller; `nil` leaves it to the next sweep.
    /// - Returns: `.existing` when the details name a saga that is there already.
    /// - Throws: What the application answers in place of a saga; the saga is not stored then.
    func insert(
        _ record: SagaRecord, _ details: Details, lease: Duration?
    ) async throws -> SagaInsertion

    /// Stores a change and waits until it is durable, together with all changes of that saga
    /// that were handed over before.
    ///
    /// - Throws: `.fenced` if the saga was claimed by another since; nothing was stored.
    func save(_ change: SagaChange) async throws(SagaStoreError)

    /// Stores a change with the next batch. If that fails, the change may be lost.
    func saveEventually(_ change: SagaChange)

    /// Removes a saga that never began: its first step was refused, and nothing else was stored.
    /// One that is gone already counts as removed.
    ///
    /// - Throws: `.fenced` if the saga was claimed by another since; it stays.
    func discard(_ id: SagaID, epoch: Int64) async throws(SagaStoreError)

    /// Takes sagas that are due and that nobody holds: each with its epoch raised by one.
    func claim(limit: Int, lease: Duration) async throws(SagaStoreError) -> [SagaRecord]

    /// Keeps sagas that are held with the given epochs.
    ///
    /// - Returns: Those that are still held.
    func renew(
        _ held: [SagaID: Int64], lease: Duration
    ) async throws(SagaStoreError) -> Set<SagaID>

    func load(_ id: SagaID) async throws(SagaStoreError) -> SagaRecord?
}

package enum SagaInsertion: Sendable {
    case inserted
    case existing(SagaID)
}

/// A saga's new state, to be stored.
package struct SagaChange: Sendable {
    package enum Lease: Hashable, Sendable {
        case keep
        /// Anybody may claim it after the given time.
        case release(after: Duration)
        /// Nobody need claim it any more.
        case end
    }

    package let record: SagaRecord
    /// What happened since the last change.
    package let log: [SagaLogEntry]
    package let lease: Lease

    package init(record: SagaRecord, log: [SagaLogEntry], lease: Lease) {
        self.record = record
        self.log = log
        self.lease = lease
    }
}

package enum SagaStoreError: Error, Hashable, Sendable {
    /// Another holds the saga under a higher epoch.
    case fenced
    /// It may succeed later. The text is for the log.
    case unavailable(String)
}

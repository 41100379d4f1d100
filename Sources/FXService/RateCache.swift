internal import FXCore
internal import Identifiers
internal import Postgres
internal import ServiceKit
internal import Synchronization

/// The rates that hold on a day, kept in memory for as long as no import changed any.
///
/// Each lookup asks the database which version the rates are of, a row of one number, and reads
/// them only if that is not the version in memory. So it sees every import that was committed
/// before it, whichever replica made it.
final class RateCache: Sendable {
    /// More days than anyone asks for; the whole memory begins anew then.
    static let mostDays = 1_000

    private struct Memory {
        var version: Int64 = 0
        /// `nil` for a day before the first publication: that too holds for a version.
        var publications: [CalendarDay: Publication?] = [:]
    }

    private let store: FXStore
    private let counters: CacheCounters
    private let version: SharedRead<Int64>
    private let memory = Mutex(Memory())

    init(store: FXStore, counters: CacheCounters) {
        self.store = store
        self.counters = counters
        self.version = SharedRead { try await store.rateVersion() }
    }

    func publication(onOrBefore day: CalendarDay) async throws -> Publication? {
        let version = try await self.version.value()
        if let known = self.known(day, at: version) {
            self.counters.count(isHit: true)
            return known
        }
        self.counters.count(isHit: false)
        // Read after its version, so it is of that one or of a later one: kept under the earlier
        // it is thrown away too soon, never too late.
        let publication = try await self.store.publication(onOrBefore: day)
        self.keep(publication, on: day, at: version)
        return publication
    }

    private func known(_ day: CalendarDay, at version: Int64) -> Publication?? {
        self.memory.withLock { memory in
            memory.version == version ? memory.publications[day] : nil
        }
    }

    private func keep(_ publication: Publication?, on day: CalendarDay, at version: Int64) {
        self.memory.withLock { memory in
            // A slow reader must not put what is old in place of what is new.
            guard version >= memory.version else { return }
            if version > memory.version || memory.publications.count >= Self.mostDays {
                memory = Memory(version: version)
            }
            memory.publications[day] = .some(publication)
        }
    }
}

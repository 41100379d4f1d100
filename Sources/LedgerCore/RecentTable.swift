internal import DequeModule
package import Identifiers

/// The newest of the values that were put in; older ones are forgotten by ``trim()``.
package struct RecentTable<Value: Sendable>: Sendable {
    private var table = IDTable<Value>()
    /// Oldest first. An id that was removed and put in again stands in it twice.
    private var order: Deque<UUID128> = []
    private let limit: Int

    /// - Parameter limit: How many ``trim()`` leaves.
    package init(limit: Int) {
        self.limit = limit
    }

    package var count: Int { self.table.count }
    package var values: ContiguousArray<Value> { self.table.values }

    package subscript(id: UUID128) -> Value? {
        get { self.table[id] }
        set {
            if newValue != nil, self.table.index(of: id) == nil { self.order.append(id) }
            self.table[id] = newValue
        }
    }

    /// Forgets the oldest beyond the limit.
    ///
    /// - Returns: The last one that was.
    @discardableResult
    package mutating func trim() -> Value? {
        var forgotten: Value?
        while self.order.count > self.limit, let id = self.order.popFirst() {
            forgotten = self.table.removeValue(of: id) ?? forgotten
        }
        return forgotten
    }
}

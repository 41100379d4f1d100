package import Identifiers

/// A dictionary from 128-bit ids to values, for millions of them.
///
/// Values lie one behind the other; a table of their places, twice as long as it must be, is
/// searched from where the id's hash points. Which ids there are is the callers' choice, so the hash
/// is seeded anew in each process: nobody can pick ids that collide.
package struct IDTable<Value: Sendable>: Sendable {
    /// In no order that means anything.
    package internal(set) var keys: ContiguousArray<UUID128> = []
    package internal(set) var values: ContiguousArray<Value> = []
    /// The place of a value plus one; 0 where there is none. A power of two of them.
    private var places: ContiguousArray<UInt32>
    private var mask: Int

    package init() {
        self.places = ContiguousArray(repeating: 0, count: 16)
        self.mask = 15
    }

    package var count: Int { self.keys.count }

    /// Where the id's value lies in ``values``; `nil` if it has none. Good until a value is removed.
    package func index(of id: UUID128) -> Int? {
        var slot = self.slot(of: id)
        while true {
            let place = Int(self.places[slot])
            if place == 0 { return nil }
            if self.keys[place - 1] == id { return place - 1 }
            slot = (slot + 1) & self.mask
        }
    }

    package subscript(id: UUID128) -> Value? {
        get { self.index(of: id).map { self.values[$0] } }
        set {
            guard let newValue else {
                self.removeValue(of: id)
                return
            }
            if let index = self.index(of: id) {
                self.values[index] = newValue
            } else {
                self.append(newValue, for: id)
            }
        }
    }

    package subscript(at index: Int) -> Value {
        get { self.values[index] }
        set { self.values[index] = newValue }
    }

    @discardableResult
    package mutating func removeValue(of id: UUID128) -> Value? {
        guard let index = self.index(of: id) else { return nil }
        self.vacate(self.slotHolding(index))
        let last = self.keys.count - 1
        if index != last {
            // The last value moves into the gap.
            self.places[self.slotHolding(last)] = UInt32(index + 1)
            self.keys.swapAt(index, last)
            self.values.swapAt(index, last)
        }
        self.keys.removeLast()
        return self.values.removeLast()
    }

    private mutating func append(_ value: Value, for id: UUID128) {
        self.keys.append(id)
        self.values.append(value)
        if self.keys.count * 2 > self.places.count { self.grow() } else { self.link(id) }
    }

    private mutating func grow() {
        self.places = ContiguousArray(repeating: 0, count: self.places.count * 2)
        self.mask = self.places.count - 1
        for index in self.keys.indices { self.link(self.keys[index], at: index) }
    }

    private mutating func link(_ id: UUID128) { self.link(id, at: self.keys.count - 1) }

    private mutating func link(_ id: UUID128, at index: Int) {
        var slot = self.slot(of: id)
        while self.places[slot] != 0 { slot = (slot + 1) & self.mask }
        self.places[slot] = UInt32(index + 1)
    }

    private func slotHolding(_ index: Int) -> Int {
        var slot = self.slot(of: self.keys[index])
        while self.places[slot] != UInt32(index + 1) { slot = (slot + 1) & self.mask }
        return slot
    }

    /// Empties a slot and moves those behind it up that would not be found past the gap.
    private mutating func vacate(_ slot: Int) {
        var gap = slot
        var next = (slot + 1) & self.mask
        while self.places[next] != 0 {
            let home = self.slot(of: self.keys[Int(self.places[next]) - 1])
            if (next - home) & self.mask >= (next - gap) & self.mask {
                self.places[gap] = self.places[next]
                gap = next
            }
            next = (next + 1) & self.mask
        }
        self.places[gap] = 0
    }

    private func slot(of id: UUID128) -> Int {
        let product = (id.low ^ idTableSeed.low).multipliedFullWidth(by: id.high ^ idTableSeed.high)
        return Int(truncatingIfNeeded: product.high ^ product.low) & self.mask
    }
}

private let idTableSeed = UUID128(high: .random(in: .min ... .max), low: .random(in: .min ... .max))

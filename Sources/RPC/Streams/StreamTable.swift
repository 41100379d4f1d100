/// The calls of a connection by their streams.
///
/// Ids are odd and rise, so that a ring indexed by them hardly ever has two in one place: a hash
/// table for any keys costs several times as much, and every call goes in and out once. Ids that
/// do meet lie behind each other.
package struct StreamTable<Value> {
    private typealias Slot = (stream: UInt32, value: Value)

    private var slots: [Slot?] = []
    package private(set) var count = 0
    /// Those that do not lie where their ids say. As long as there are none, nothing needs to move
    /// when one is removed.
    private var displaced = 0

    package init() {}

    package var isEmpty: Bool { self.count == 0 }

    private func home(_ stream: UInt32) -> Int {
        Int(stream >> 1) & (self.slots.count - 1)
    }

    private func find(_ stream: UInt32) -> Int? {
        guard self.count > 0 else { return nil }
        var index = self.home(stream)
        while let slot = self.slots[index] {
            if slot.stream == stream { return index }
            index = (index + 1) & (self.slots.count - 1)
        }
        return nil
    }

    package subscript(stream: UInt32) -> Value? {
        self.find(stream).flatMap { self.slots[$0]?.value }
    }

    /// `stream` must not be in the table.
    package mutating func insert(_ value: Value, for stream: UInt32) {
        if 2 * (self.count + 1) > self.slots.count { self.grow() }
        self.place((stream, value))
        self.count += 1
    }

    @discardableResult
    package mutating func remove(_ stream: UInt32) -> Value? {
        guard var hole = self.find(stream), let removed = self.slots[hole] else { return nil }
        self.count -= 1
        if hole != self.home(stream) { self.displaced -= 1 }
        if self.displaced == 0 {
            self.slots[hole] = nil
            return removed.value
        }
        // Those behind move up as far as their homes allow, so that no search stops at a hole.
        let mask = self.slots.count - 1
        var index = hole
        while true {
            index = (index + 1) & mask
            guard let slot = self.slots[index] else { break }
            let distance = (index - self.home(slot.stream)) & mask
            if distance >= (index - hole) & mask {
                if distance == (index - hole) & mask { self.displaced -= 1 }
                self.slots[hole] = slot
                hole = index
            }
        }
        self.slots[hole] = nil
        return removed.value
    }

    /// Takes all out.
    package mutating func removeAll() -> [Value] {
        defer {
            self.slots = []
            self.count = 0
            self.displaced = 0
        }
        return self.slots.compactMap { $0?.value }
    }

    package func forEach(_ body: (UInt32, Value) -> Void) {
        guard self.count > 0 else { return }
        for case .some(let slot) in self.slots { body(slot.stream, slot.value) }
    }

    private mutating func place(_ slot: Slot) {
        var index = self.home(slot.stream)
        if self.slots[index] != nil { self.displaced += 1 }
        while self.slots[index] != nil { index = (index + 1) & (self.slots.count - 1) }
        self.slots[index] = slot
    }

    private mutating func grow() {
        let old = self.slots
        self.displaced = 0
        self.slots = Array(repeating: nil, count: max(8, 2 * old.count))
        for case .some(let slot) in old { self.place(slot) }
    }
}

extension StreamTable: Sendable where Value: Sendable {}

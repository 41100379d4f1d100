/// First in, first out, in constant time each.
struct Queue<Element> {
    private var elements: [Element?] = []
    /// Where the first element lies; what is before it has been taken.
    private var head = 0

    var count: Int { self.elements.count - self.head }
    var isEmpty: Bool { self.count == 0 }
    var first: Element? { self.isEmpty ? nil : self.elements[self.head] }

    mutating func append(_ element: Element) { self.elements.append(element) }

    @discardableResult
    mutating func removeFirst() -> Element? {
        guard !self.isEmpty else { return nil }
        let element = self.elements[self.head].take()
        self.head += 1
        // Give the room back once half of it is behind us.
        if self.head > 32, self.head * 2 > self.elements.count {
            self.elements.removeFirst(self.head)
            self.head = 0
        }
        return element
    }

    /// Takes out the first element that matches, in linear time.
    ///
    /// - Returns: Whether there was one.
    mutating func remove(where matches: (Element) -> Bool) -> Bool {
        let found = self.elements.indices.dropFirst(self.head).first { index in
            self.elements[index].map(matches) ?? false
        }
        guard let found else { return false }
        self.elements.remove(at: found)
        return true
    }
}

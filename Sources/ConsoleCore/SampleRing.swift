/// The last so many samples, oldest first.
package struct SampleRing<Sample: Sendable>: Sendable {
    package let capacity: Int
    private var samples: [Sample] = []
    private var oldest = 0

    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    package mutating func add(_ sample: Sample) {
        if self.samples.count < self.capacity {
            self.samples.append(sample)
        } else {
            self.samples[self.oldest] = sample
            self.oldest = (self.oldest + 1) % self.capacity
        }
    }

    package var all: [Sample] { Array(self.samples[self.oldest...] + self.samples[..<self.oldest]) }

    package var count: Int { self.samples.count }

    /// What each of the last samples comes to, with `nil` in the place of those that there are not.
    package func last<Value>(_ length: Int, _ value: (Sample) -> Value?) -> [Value?] {
        let known = self.all.suffix(length)
        return Array(repeating: nil, count: length - known.count) + known.map(value)
    }
}

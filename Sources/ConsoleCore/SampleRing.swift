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

    /// What each sample comes to, with `nil` for those that are yet to come.
    package func padded<Value>(_ value: (Sample) -> Value?) -> [Value?] {
        Array(repeating: nil, count: self.capacity - self.samples.count) + self.all.map(value)
    }
}

/// Wakes one waiter. Rings that nobody waited for come to one.
struct Doorbell: Sendable {
    let rings: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() {
        (self.rings, self.source) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() { self.source.yield() }
}

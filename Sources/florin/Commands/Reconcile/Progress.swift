/// Lines on standard error for work that takes long: none in the first two seconds, then one every
/// two.
final class Progress {
    private var count = 0
    private var last = ContinuousClock.now

    func next() -> Int {
        self.count += 1
        return self.count
    }

    func tell(_ text: @autoclosure () -> String) {
        let now = ContinuousClock.now
        guard now - self.last >= .seconds(2) else { return }
        self.last = now
        Console.complain(text())
    }
}

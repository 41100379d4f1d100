import RPC
import Testing

@Suite("Parts of streams")
struct StreamPartsTests {
    @Test("A sender stops at what was granted, goes beyond it by one message, and goes on")
    func sender() {
        var sender = FlowWindow.Sender(granted: 100)
        #expect(sender.maySend)
        sender.send(payload: 89)
        #expect(sender.maySend)
        sender.send(payload: 1_000_000)
        #expect(!sender.maySend)
        sender.grant(1_000_109)
        #expect(!sender.maySend)
        sender.grant(1_000_110)
        #expect(sender.maySend)
        sender.grant(5)
        #expect(sender.maySend)
        sender.send(payload: 0)
        #expect(!sender.maySend)
        sender.liftLimit()
        #expect(sender.maySend)
    }

    @Test("A receiver grants what was taken, in halves of its window")
    func receiver() {
        var receiver = FlowWindow.Receiver(window: 1000)
        let fits = (0..<10).map { _ in receiver.receive(payload: 90) }
        #expect(fits.allSatisfy { $0 })
        let grants = (0..<10).map { _ in receiver.take(payload: 90) }
        #expect(grants == [nil, nil, nil, nil, 1500, nil, nil, nil, nil, 2000])
        #expect(receiver.total == 2000)
    }

    @Test("A receiver takes four windows of a sender that does not count, and no more")
    func overrun() {
        var receiver = FlowWindow.Receiver(window: 100)
        let fits = (0..<5).map { _ in receiver.receive(payload: 90) }
        #expect(fits == [true, true, true, true, false])
    }

    @Test("A table of streams holds what a dictionary would, whatever comes and goes")
    func table() {
        var random = SystemRandomNumberGenerator()
        let seed = random.next() as UInt64
        var numbers = SplitMix(state: seed)
        var table = StreamTable<UInt32>()
        var model: [UInt32: UInt32] = [:]
        for _ in 0..<20_000 {
            let stream = UInt32(truncatingIfNeeded: numbers.next() % 400) * 2 + 1
            if model[stream] == nil, numbers.next() % 3 > 0 {
                table.insert(stream &* 7, for: stream)
                model[stream] = stream &* 7
            } else {
                let removed = table.remove(stream)
                #expect(removed == model[stream], "seed \(seed)")
                model[stream] = nil
            }
            #expect(table[stream] == model[stream], "seed \(seed)")
            #expect(table.count == model.count, "seed \(seed)")
        }
        var left: [UInt32: UInt32] = [:]
        table.forEach { left[$0] = $1 }
        #expect(left == model, "seed \(seed)")
        let all = table.removeAll()
        #expect(Set(all) == Set(model.values), "seed \(seed)")
        #expect(table.isEmpty)
    }

    struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9e37_79b9_7f4a_7c15
            let mixed = (self.state ^ (self.state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            return mixed ^ (mixed >> 29)
        }
    }
}

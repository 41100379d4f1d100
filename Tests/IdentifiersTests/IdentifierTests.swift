internal import Identifiers
internal import Testing

@Suite("Identifier")
struct IdentifierTests {
    @Test("Prints and reads its text form")
    func roundTrip() throws {
        let id = PaymentID(uuid: UUID128(high: 0x0192_f0c1_2a3b_7c4d, low: 0x8e5f_6071_8293_a4b5))
        #expect(id.description == "pi_01jbrc2ahvfh6rwqv0e619795n")
        #expect(try PaymentID(parsing: id.description) == id)
        #expect(PaymentID(id.description) == id)
    }

    @Test("Reads back any 128 bits, the smallest and the largest included")
    func extremes() throws {
        for (high, low): (UInt64, UInt64) in [(0, 0), (.max, .max), (0, 1), (1 << 63, 0)] {
            let id = QuoteID(uuid: UUID128(high: high, low: low))
            #expect(id.description.utf8.count == 29)
            #expect(try QuoteID(parsing: id.description).uuid == id.uuid)
        }
        #expect(
            RefundID(uuid: UUID128(high: .max, low: .max)).description
                == "re_7zzzzzzzzzzzzzzzzzzzzzzzzz")
    }

    @Test(
        "Refuses another kind's prefix",
        arguments: [
            "", "pi", "ch_00000000000000000000000000", "PI_00000000000000000000000000", "_",
        ])
    func wrongPrefix(text: String) {
        #expect(throws: IdentifierError.wrongPrefix(expected: "pi")) {
            try PaymentID(parsing: text)
        }
    }

    @Test(
        "Refuses what is not 26 canonical characters of 128 bits",
        arguments: [
            "pi_", "pi_0000000000000000000000000", "pi_000000000000000000000000000",
            "pi_8zzzzzzzzzzzzzzzzzzzzzzzzz",  // 129 bits
            "pi_0000000000000000000000000A", "pi_0000000000000000000000000i",
            "pi_0000000000000000000000000l", "pi_0000000000000000000000000o",
            "pi_0000000000000000000000000u", "pi_0000000000000000000000000\u{0}",
            "pi_000000000000000000000000é", "pi_ 00000000000000000000000000",
        ])
    func malformed(text: String) {
        #expect(throws: IdentifierError.malformed(expected: "pi")) {
            try PaymentID(parsing: text)
        }
        #expect(PaymentID(text) == nil)
    }

    @Test("Sorts as its text does")
    func order() {
        var random = SplitMix64(seed: 7)
        let ids = (0..<500).map { _ in
            ChargeID(uuid: UUID128(high: random.next(), low: random.next()))
        }
        #expect(
            ids.sorted().map(\.description) == ids.map(\.description).sorted(),
            "seed \(random.seed)")
    }

    @Test("Keeps the lowest sixteen bits of a saga's id for its transfers")
    func transferIDs() throws {
        let saga = SystemIdentifierSource().next(SagaKind.self)
        #expect(saga.uuid.low & 0xffff == 0)
        let ids = Set(
            (0...255).flatMap { step in
                (0...255).map { line in
                    saga.transferID(step: UInt8(step), line: UInt8(line))
                }
            })
        #expect(ids.count == 65_536)
        #expect(saga.transferID(step: 2, line: 3).low == saga.uuid.low | 0x0203)

        let derived = SagaID(uuid: saga.transferID(step: 0, line: 1))
        #expect(throws: IdentifierError.malformed(expected: "saga")) {
            try SagaID(parsing: derived.description)
        }
    }

    @Test("Says what it expected, without repeating the input")
    func errorText() {
        #expect(
            IdentifierError.wrongPrefix(expected: "pi").description
                == "expected an id that starts with \"pi_\"")
    }
}

@Suite("SystemIdentifierSource")
struct IdentifierSourceTests {
    private struct FixedClock: WallClock {
        let time: Timestamp
        func now() -> Timestamp { self.time }
    }

    @Test("Makes UUIDs of version 7 with the time first")
    func shape() {
        let clock = FixedClock(time: Timestamp(microseconds: 1_700_000_000_123_500))
        let source = SystemIdentifierSource(clock: clock, randomness: SplitMix64(seed: 1))
        let id = source.next(PaymentKind.self).uuid
        #expect(id.high >> 16 == 1_700_000_000_123)
        #expect(id.high & 0xf000 == 0x7000)
        #expect(id.high & 0x0fff == 2048, "half a millisecond")
        #expect(id.low >> 62 == 0b10)
    }

    @Test("Repeats itself from the same clock and randomness")
    func deterministic() {
        let clock = FixedClock(time: Timestamp(microseconds: 1))
        let ids = [1, 2].map { _ in
            let source = SystemIdentifierSource(clock: clock, randomness: SplitMix64(seed: 9))
            return (0..<10).map { _ in source.next(RefundKind.self) }
        }
        #expect(ids[0] == ids[1])
        #expect(Set(ids[0]).count == 10)
    }

    @Test("Sorts ids by the microsecond they were made in")
    func ordered() {
        var random = SplitMix64(seed: 3)
        let ids = (0..<3000).map { microsecond in
            SystemIdentifierSource(
                clock: FixedClock(time: Timestamp(microseconds: Int64(microsecond))),
                randomness: SplitMix64(seed: random.next())
            ).next(PaymentKind.self)
        }
        let isSorted = ids == ids.sorted()
        #expect(isSorted, "seed \(random.seed)")
    }

    @Test("Survives a clock before 1970 and at the end of time", arguments: [Int64.min, -1, .max])
    func hostileClock(microseconds: Int64) {
        let clock = FixedClock(time: Timestamp(microseconds: microseconds))
        let id = SystemIdentifierSource(clock: clock).next(PaymentKind.self)
        #expect(PaymentID(id.description) == id)
    }
}

/// A small generator whose seed a failing test can print.
struct SplitMix64: RandomNumberGenerator, Sendable {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

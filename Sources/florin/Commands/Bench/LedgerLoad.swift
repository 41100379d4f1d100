internal import Identifiers
internal import Messages
internal import RPC
internal import Stubs
internal import Wire

/// Sends batches of transfers, each caller the next when the last was answered.
struct LedgerLoad: Sendable {
    let client: RPCClient
    let batch: Int
    let callers: Int
    let accounts: Int
    let isHot: Bool
    let duration: Duration

    struct Outcome: Sendable {
        var transfers = 0
        /// Of calls, sorted, in nanoseconds.
        var latencies: [UInt64] = []
        /// Errors of calls, and results other than created, with how many of each.
        var problems: [String: Int] = [:]
        var elapsed = Duration.zero

        var transfersPerSecond: Double { Double(self.transfers) / (self.elapsed / .seconds(1)) }

        func microseconds(_ share: Double) -> Double {
            guard !self.latencies.isEmpty else { return 0 }
            let index = Int(Double(self.latencies.count) * share)
            return Double(self.latencies[min(index, self.latencies.count - 1)]) / 1000
        }
    }

    static func account(_ number: Int) -> UUID128 {
        UUID128(high: 0x0000_6265_6e63_6800, low: UInt64(number + 1))
    }

    func run() async -> Outcome {
        let start = ContinuousClock.now
        let executor = EventLoopExecutor(self.client.eventLoop)
        var outcome = await withTaskGroup(of: Outcome.self) { group in
            for caller in 0..<self.callers {
                group.addTask(executorPreference: executor) {
                    await self.call(caller, since: start)
                }
            }
            return await group.reduce(into: Outcome()) { sum, part in
                sum.transfers += part.transfers
                sum.latencies += part.latencies
                sum.problems.merge(part.problems, uniquingKeysWith: +)
            }
        }
        outcome.latencies.sort()
        outcome.elapsed = ContinuousClock.now - start
        return outcome
    }

    private func call(_ caller: Int, since start: ContinuousClock.Instant) async -> Outcome {
        var outcome = Outcome()
        var request = TransferTemplate(self, caller: caller)
        let end = start + self.duration
        while true {
            let begun = ContinuousClock.now
            guard begun < end else { return outcome }
            do throws(RPCError) {
                let answer = try await self.client.call(
                    LedgerServiceMethods.createTransfers, request.next(),
                    options: CallOptions(timeout: .seconds(30)))
                outcome.add(answer, batch: self.batch)
            } catch {
                outcome.problems["\(error.code)", default: 0] += 1
                if error.code == .unavailable { try? await Task.sleep(for: .milliseconds(10)) }
            }
            let (seconds, attoseconds) = begun.duration(to: .now).components
            outcome.latencies.append(
                UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
        }
    }
}

extension LedgerLoad.Outcome {
    /// Reads only as much of an answer as tells that all went well: one packed field of ones.
    fileprivate mutating func add(_ answer: [UInt8], batch: Int) {
        if answer.count >= batch, answer.suffix(batch).allSatisfy({ $0 == 1 }) {
            self.transfers += batch
            return
        }
        guard let response = try? LedgerV1.CreateTransfersResponse(decoding: answer) else {
            self.problems["malformed answer", default: 0] += 1
            return
        }
        for result in response.results {
            if result == .created {
                self.transfers += 1
            } else {
                self.problems["\(result)", default: 0] += 1
            }
        }
    }
}

/// A request that is encoded once: only the ids in it are new each time. Encoding each anew would
/// measure the benchmark.
private struct TransferTemplate {
    private var bytes: [UInt8] = []
    /// Where an id lies, and how far it is behind the first of its request.
    private var places: [(offset: Int, distance: UInt64)] = []
    private var nextID: UUID128
    private let batch: Int
    private let callerAccounts: [UUID128]
    private var turn = 0

    init(_ load: LedgerLoad, caller: Int) {
        self.batch = load.batch
        let now = UInt64(SystemClock().now().microseconds / 1_000)
        self.nextID = UUID128(
            high: now << 16 | 0x7000 | UInt64(caller & 0xfff),
            low: UInt64.random(in: 0..<(1 << 40)) << 20)
        self.callerAccounts = (0..<max(2, min(4 * load.batch, 4_096))).map { index in
            LedgerLoad.account(
                load.isHot && index.isMultiple(of: 2) ? 0 : .random(in: 1..<load.accounts))
        }
        if self.batch > 1 { self.encode((0..<self.batch).map(self.kind)) }
    }

    private enum Kind { case direct, pending, post }

    /// Direct, pending, the post of that, direct, and again.
    private func kind(_ index: Int) -> Kind {
        switch index & 3 {
        // A pending one without room for its post would stay.
        case 1 where index + 1 < self.batch || self.batch == 1: .pending
        case 2: .post
        default: .direct
        }
    }

    /// The bytes of the next request.
    mutating func next() -> [UInt8] {
        if self.batch == 1 { self.encode([self.kind(self.turn)]) }
        for (offset, distance) in self.places {
            let id = self.nextID.low &+ distance
            withUnsafeBytes(of: self.nextID.high.littleEndian) {
                self.bytes.replaceSubrange(offset..<offset + 8, with: $0)
            }
            withUnsafeBytes(of: id.littleEndian) {
                self.bytes.replaceSubrange((offset + 9)..<(offset + 17), with: $0)
            }
        }
        self.nextID = UUID128(high: self.nextID.high, low: self.nextID.low &+ UInt64(self.batch))
        self.turn += 1
        return self.bytes
    }

    private mutating func encode(_ kinds: [Kind]) {
        self.bytes.removeAll(keepingCapacity: true)
        self.places.removeAll(keepingCapacity: true)
        for (index, kind) in kinds.enumerated() {
            let number = self.batch == 1 ? self.turn : index
            let debit = self.callerAccounts[number * 2 % self.callerAccounts.count]
            var credit = self.callerAccounts[(number * 2 + 1) % self.callerAccounts.count]
            if credit == debit {
                credit = LedgerLoad.account(debit == LedgerLoad.account(1) ? 2 : 1)
            }
            let transfer = LedgerV1.Transfer(
                id: .init(high: 1, low: 1),
                debitAccountID: kind == .post ? nil : .init(debit),
                creditAccountID: kind == .post ? nil : .init(credit),
                amount: kind == .post ? 0 : 10, currency: kind == .post ? "" : "USD",
                pendingID: kind == .post ? .init(high: 1, low: 1) : nil,
                flags: kind == .pending ? 2 : kind == .post ? 4 : 0, code: kind == .post ? 0 : 1)
            let encoded = transfer.encoded()
            self.bytes += [0x12, UInt8(encoded.count)]
            // The id comes first: its tag and length, then the two words with their tags.
            self.places.append((self.bytes.count + 3, UInt64(index)))
            if kind == .post {
                let pending = encoded.lastIndexOfPendingID
                self.places.append((self.bytes.count + pending, UInt64(index) &- 1))
            }
            self.bytes += encoded
        }
    }
}

extension [UInt8] {
    /// Where the first word of field 6, a number of 128 bits, begins.
    fileprivate var lastIndexOfPendingID: Int {
        let start = self.indices.dropLast(2).last { self[$0] == 0x32 && self[$0 + 1] == 18 } ?? 0
        return start + 3
    }
}

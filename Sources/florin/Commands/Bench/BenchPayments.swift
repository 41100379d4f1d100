internal import ArgumentParser
internal import Identifiers
internal import Messages
internal import Stubs
internal import TLS

struct BenchPayments: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "payments",
        abstract: "Make payments in a closed loop, and tell how many a second and how fast.",
        discussion: """
            Each payment is created and processed; the next one begins when it has succeeded. \
            Real payments are made, for the merchant "bench".

            Examples:
              florin bench payments
              florin bench payments --count 2000 --in-flight 64 --output json

            Exit status: 0 when every payment succeeded, 1 when one did not.
            """)

    @Option(help: "How many payments to make.") var count = 500
    @Option(help: "How many at once.") var inFlight = 16
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard self.count >= 1, (1...4_096).contains(self.inFlight) else {
            throw ValidationError("--count must be at least 1, --in-flight from 1 to 4096")
        }
    }

    func execute() async throws {
        try await self.withChannel(to: .payment) { payments in
            try await self.withChannel(to: .orchestrator) { orchestrator in
                let maker = PaymentMaker(
                    payments: PaymentServiceClient(payments),
                    orchestrator: OrchestratorServiceClient(orchestrator))
                // One before the clock starts: connections are opened by the first calls.
                try await maker.make()
                let start = ContinuousClock.now
                let times = try await self.run(maker)
                self.show(BenchResult(times: times, total: ContinuousClock.now - start))
            }
        }
    }

    private func run(_ maker: PaymentMaker) async throws -> [Duration] {
        try await withThrowingTaskGroup(of: Duration.self) { tasks in
            for _ in 0..<min(self.inFlight, self.count) { tasks.addTask { try await maker.make() } }
            var begun = min(self.inFlight, self.count)
            var times: [Duration] = []
            while let time = try await tasks.next() {
                times.append(time)
                guard begun < self.count else { continue }
                begun += 1
                tasks.addTask { try await maker.make() }
            }
            return times
        }
    }

    private func show(_ result: BenchResult) {
        switch self.system.output {
        case .json: Console.say(result.json.rendered())
        case .table: Console.say(result.text)
        }
    }
}

/// Creates and processes one payment after another.
private struct PaymentMaker: Sendable {
    let payments: PaymentServiceClient
    let orchestrator: OrchestratorServiceClient

    /// - Returns: How long it took from the first call to the last answer.
    /// - Throws: ``Failure`` when the payment did not succeed.
    @discardableResult
    func make() async throws -> Duration {
        let start = ContinuousClock.now
        let key = "bench_\(SystemIdentifierSource().next(ScriptKind.self).uuid)"
        let created = try await self.payments.createPayment(
            .init(
                idempotencyKey: key, merchantID: "bench",
                amount: .init(minorUnits: 10_00, currency: "USD"), paymentMethod: "pm_card_visa"))
        let processed = try await self.orchestrator.processPayment(
            .init(idempotencyKey: key, paymentID: created.payment?.id ?? ""))
        guard processed.saga?.status == .succeeded else {
            throw Failure(.failed, "saga \(processed.saga?.id ?? "") did not succeed")
        }
        return ContinuousClock.now - start
    }
}

/// What a run came to.
private struct BenchResult {
    let rate: Double
    let p50: Double
    let p99: Double
    let count: Int

    init(times: [Duration], total: Duration) {
        let milliseconds = times.map { $0 / .milliseconds(1) }.sorted()
        self.count = times.count
        self.rate = Double(times.count) / (total / .seconds(1))
        self.p50 = milliseconds[milliseconds.count / 2]
        self.p99 = milliseconds[milliseconds.count * 99 / 100]
    }

    var text: String {
        var record = Record()
        record.add("payments", "\(self.count)")
        record.add("a second", Self.rounded(self.rate))
        record.add("p50", "\(Self.rounded(self.p50)) ms")
        record.add("p99", "\(Self.rounded(self.p99)) ms")
        return record.rendered()
    }

    /// Milliseconds are whole microseconds here, so that no fraction is written.
    var json: JSONValue {
        .object([
            ("payments", .integer(Int64(self.count))),
            ("payments_per_s", .integer(Int64(self.rate.rounded()))),
            ("p50_us", .integer(Int64((self.p50 * 1_000).rounded()))),
            ("p99_us", .integer(Int64((self.p99 * 1_000).rounded()))),
        ])
    }

    private static func rounded(_ number: Double) -> String {
        "\((number * 10).rounded() / 10)"
    }
}

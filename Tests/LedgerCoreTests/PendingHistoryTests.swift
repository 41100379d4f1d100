internal import Identifiers
internal import LedgerCore
internal import Testing

/// Lives every short history of one pending transfer of 10 with a timeout.
@Suite("Histories of one pending transfer")
struct PendingHistoryTests {
    enum Event: CaseIterable {
        case postAll, postPart, postTooMuch, void, expire, timePasses

        static func sequences(length: Int) -> [[Event]] {
            guard length > 0 else { return [[]] }
            return self.sequences(length: length - 1).flatMap { start in
                self.allCases.map { start + [$0] }
            }
        }
    }

    @Test("Ends at most once, holds until then, and moves what the end says")
    func everyHistory() {
        for events in Event.sequences(length: 5) {
            var life = Life()
            for event in events { life.live(event, in: events) }
        }
    }

    /// One history, with what ought to be true at each point.
    struct Life {
        static let held: Int64 = 10
        var ledger = Ledger()
        var time = Timestamp(microseconds: 1_000_000)
        var nextID: UInt64 = 100
        var isLate = false
        var end: PendingState.Status?
        var moved: Int64 = 0

        init() {
            for id: UInt64 in 1...2 {
                self.ledger.load(
                    Account(id: UUID128(high: 0, low: id), name: "\(id)", currency: "USD"))
            }
            let opened = self.ledger.createTransfers(
                [
                    Transfer(
                        id: self.number(3), debitAccountID: self.number(1),
                        creditAccountID: self.number(2), amount: Self.held, currency: "USD",
                        flags: .pending, code: 1, timeoutSeconds: 60)
                ], at: self.time)
            #expect(opened == [.created])
        }

        func number(_ low: UInt64) -> UUID128 { UUID128(high: 0, low: low) }

        mutating func live(_ event: Event, in history: [Event]) {
            switch event {
            case .postAll: self.resolve(.postPending, 0, in: history)
            case .postPart: self.resolve(.postPending, 4, in: history)
            case .postTooMuch: self.resolve(.postPending, 11, in: history)
            case .void: self.resolve(.voidPending, 0, in: history)
            case .timePasses:
                self.time = self.time + .seconds(60)
                self.isLate = true
            case .expire:
                let expired = self.ledger.expire([self.number(3)], at: self.time)
                let isDue = self.isLate && self.end == nil
                #expect(expired.isEmpty == !isDue, "\(history)")
                if isDue { self.end = .expired }
            }
            self.checkBalances(history)
        }

        /// A new transfer tries; then the same once more, which must find what the first did.
        private mutating func resolve(
            _ flag: Transfer.Flags, _ amount: Int64, in history: [Event]
        ) {
            self.nextID += 1
            let transfer = Transfer(
                id: self.number(self.nextID), amount: amount, pendingID: self.number(3),
                flags: flag)
            let expected = self.expected(flag, amount)
            let results = [1, 2].flatMap { _ in
                self.time = self.time + .microseconds(1)
                return self.ledger.createTransfers([transfer], at: self.time)
            }
            #expect(
                results == [expected, expected == .created ? .exists : expected], "\(history)")
            guard expected == .created else { return }
            self.end = flag == .postPending ? .posted : .voided
            if flag == .postPending { self.moved = amount == 0 ? Self.held : amount }
        }

        private func expected(_ flag: Transfer.Flags, _ amount: Int64) -> ResultCode {
            if amount > Self.held { return .exceedsPendingTransferAmount }
            switch self.end {
            case .posted: return .pendingTransferAlreadyPosted
            case .voided: return .pendingTransferAlreadyVoided
            case .expired: return .pendingTransferExpired
            case .pending, nil: return self.isLate ? .pendingTransferExpired : .created
            }
        }

        private func checkBalances(_ history: [Event]) {
            let held = self.end == nil ? Self.held : 0
            #expect(
                self.ledger.accounts[self.number(1)]?.balances.columns
                    == [held, self.moved, 0, 0], "\(history)")
            #expect(
                self.ledger.accounts[self.number(2)]?.balances.columns
                    == [0, 0, held, self.moved], "\(history)")
            #expect(
                self.ledger.pendingState(self.number(3))?.status == self.end ?? .pending,
                "\(history)")
        }
    }
}

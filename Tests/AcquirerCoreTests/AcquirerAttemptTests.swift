import AcquirerCore
import Identifiers
import Testing

@Suite("An attempt at the acquirer")
struct AcquirerAttemptTests {
    static let notAfter = Timestamp(microseconds: 30_000_000)
    static let margin: Duration = .seconds(2)

    func attempt(_ state: AcquirerAttempt.State = .recorded) -> AcquirerAttempt {
        AcquirerAttempt(reference: "pi_1/saga_1/authorize", notAfter: Self.notAfter, state: state)
    }

    func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

    @Test("Is sent, answered and concluded")
    func approved() {
        var attempt = self.attempt()
        #expect(attempt.begin(isFresh: true) == .send)
        #expect(attempt.state == .inDoubt)
        #expect(
            attempt.receive(.decided(.approved), margin: Self.margin, now: self.at(1))
                == .conclude(.approved))
        #expect(attempt.begin(isFresh: false) == .conclude(.approved), "a repeat asks nobody")
    }

    @Test("Is asked about, not sent, by whoever did not store it")
    func foundRecorded() {
        var attempt = self.attempt()
        #expect(attempt.begin(isFresh: false) == .query)
    }

    @Test("Is sent again under its reference while that can still take effect")
    func resent() {
        var attempt = self.attempt(.inDoubt)
        #expect(attempt.begin(isFresh: false) == .query)
        let unknown = AcquirerAttempt.Answer.unknownReference(askedAt: self.at(5))
        #expect(attempt.receive(unknown, margin: Self.margin, now: self.at(6)) == .send)
        #expect(attempt.receive(.nothing, margin: Self.margin, now: self.at(11)) == .waitInDoubt)
    }

    @Test("Waits out the window before it is called absent")
    func absent() {
        var attempt = self.attempt(.inDoubt)
        for seconds: Int64 in [30, 31, 32] {
            let unknown = AcquirerAttempt.Answer.unknownReference(askedAt: self.at(seconds))
            #expect(
                attempt.receive(unknown, margin: Self.margin, now: self.at(seconds + 5))
                    == .waitInDoubt, "a query that left at \(seconds) s proves nothing")
        }
        let late = AcquirerAttempt.Answer.unknownReference(askedAt: self.at(33))
        #expect(
            attempt.receive(late, margin: Self.margin, now: self.at(33)) == .conclude(.absent))
    }

    @Test("Is never sent again once it is unwanted")
    func unwanted() {
        var attempt = self.attempt(.inDoubt)
        attempt.abandon()
        #expect(attempt.begin(isFresh: true) == .query)
        let unknown = AcquirerAttempt.Answer.unknownReference(askedAt: self.at(5))
        #expect(attempt.receive(unknown, margin: Self.margin, now: self.at(5)) == .waitInDoubt)
    }

    @Test("Stays pending until the acquirer decides")
    func pending() {
        var attempt = self.attempt()
        #expect(attempt.begin(isFresh: true) == .send)
        #expect(attempt.receive(.pending, margin: Self.margin, now: self.at(1)) == .waitPending)
        #expect(attempt.begin(isFresh: false) == .query)
        #expect(attempt.receive(.nothing, margin: Self.margin, now: self.at(9)) == .waitPending)
        #expect(
            attempt.receive(.decided(.approved), margin: Self.margin, now: self.at(9))
                == .conclude(.approved))
    }

    /// The network between the two, as bad as it gets.
    enum Weather: CaseIterable {
        case clear, requestLost, requestDelayed, answerLost, queryLost, abandoned, timePasses
    }

    /// Lives all 7⁶ attempts, against an acquirer that does each reference once and nothing after
    /// `notAfter`, but may get a request long after it was sent.
    @Test("Never calls absent what was done, nor settles twice, nor sends what is unwanted")
    func allHistories() {
        for history in sequences(of: Weather.allCases, length: 6) {
            var world = World()
            var attempt = self.attempt()
            var concluded: AcquirerAttempt.Verdict?
            var isFresh = true
            for weather in history {
                if weather == .abandoned { attempt.abandon() }
                if weather == .timePasses { world.now = self.at(world.seconds + 17) }
                let verdict = world.call(&attempt, isFresh: isFresh, weather: weather)
                isFresh = false
                if let verdict {
                    #expect(concluded == nil || concluded == verdict, "\(history)")
                    concluded = verdict
                }
            }
            world.deliverDelayed()
            #expect(concluded != .absent || !world.isDone, "\(history)")
            #expect(concluded != .approved || world.isDone, "\(history)")
            #expect(!world.wasSentUnwanted, "\(history)")
        }
    }

    /// The acquirer and the way there.
    struct World {
        var now = Timestamp(microseconds: 0)
        var isDone = false
        var wasSentUnwanted = false
        private var delayed = 0

        var seconds: Int64 { self.now.microseconds / 1_000_000 }

        /// One call of the service, driving the attempt as far as it goes.
        mutating func call(
            _ attempt: inout AcquirerAttempt, isFresh: Bool, weather: Weather
        ) -> AcquirerAttempt.Verdict? {
            var command = attempt.begin(isFresh: isFresh)
            for _ in 0..<4 {
                switch command {
                case .send:
                    self.wasSentUnwanted = self.wasSentUnwanted || attempt.isUnwanted
                    command = attempt.receive(
                        self.send(weather), margin: margin, now: self.now)
                case .query:
                    // What was sent long ago may arrive just before the query.
                    if weather == .timePasses { self.deliverDelayed() }
                    let answer: AcquirerAttempt.Answer =
                        weather == .queryLost
                        ? .nothing
                        : self.isDone
                            ? .decided(.approved) : .unknownReference(askedAt: self.now)
                    command = attempt.receive(answer, margin: margin, now: self.now)
                case .waitInDoubt, .waitPending: return nil
                case .conclude(let verdict): return verdict
                }
            }
            Issue.record("an attempt that never rests")
            return nil
        }

        mutating func deliverDelayed() {
            if self.delayed > 0, self.now <= notAfter { self.isDone = true }
            self.delayed = 0
        }

        private mutating func send(_ weather: Weather) -> AcquirerAttempt.Answer {
            switch weather {
            case .requestLost: return .nothing
            case .requestDelayed:
                self.delayed += 1
                return .nothing
            case .answerLost:
                if self.now <= notAfter { self.isDone = true }
                return .nothing
            case .clear, .queryLost, .abandoned, .timePasses:
                guard self.now <= notAfter else { return .nothing }
                self.isDone = true
                return .decided(.approved)
            }
        }
    }
}

private let notAfter = AcquirerAttemptTests.notAfter
private let margin = AcquirerAttemptTests.margin

/// Every sequence of that many elements, with repetition.
func sequences<Element>(of elements: [Element], length: Int) -> [[Element]] {
    (0..<length).reduce([[]]) { shorter, _ in
        shorter.flatMap { head in elements.map { head + [$0] } }
    }
}

package import Identifiers
internal import SagaCore

/// What a caller learns who waited for a saga.
package enum SagaAnswer: Sendable {
    /// It is final, or an operator has to look.
    case ended(SagaRecord)
    /// It goes on, and stood so when the caller's patience ended.
    case running(SagaRecord)
    /// Its first step was refused at once, and no trace of it is left.
    case neverBegan(any Error)
    /// There is no such saga: it never was, or never began.
    case missing
}

extension Engine {
    /// Starts a saga and waits for its end, or for that of the saga which the details name
    /// already.
    ///
    /// - Parameter patience: After it the answer is `.running`.
    /// - Throws: What the store's `insert` throws; ``SagaStoreError``.
    package func run(
        _ record: SagaRecord, _ details: Store.Details, patience: Duration
    ) async throws -> SagaAnswer {
        let end = clock.now() + patience
        let news = board.wait(for: record.id)
        switch try await start(record, details) {
        case .inserted:
            if let end = await first(of: news, within: patience) { return SagaAnswer(end) }
            guard let stored = try await store.load(record.id) else { return .missing }
            return SagaAnswer(stored)
        case .existing(let id):
            return try await follow(id, patience: end - clock.now())
        }
    }

    /// Waits for the end of a saga, whoever drives it.
    ///
    /// - Throws: ``SagaStoreError``.
    package func follow(_ id: SagaID, patience: Duration) async throws -> SagaAnswer {
        let end = clock.now() + patience
        while true {
            let news = board.wait(for: id)
            // Looked up after the stream was set up: no end can fall in between.
            guard let stored = try await store.load(id) else { return .missing }
            let left = end - clock.now()
            if stored.isAtRest || left <= .zero { return SagaAnswer(stored) }
            let pause = min(left, configuration.pollInterval)
            if let end = await first(of: news, within: pause) { return SagaAnswer(end) }
            try Task.checkCancellation()
        }
    }

    /// A saga as it is stored; `nil` if there is none of that id.
    ///
    /// - Throws: ``SagaStoreError``.
    package func load(_ id: SagaID) async throws(SagaStoreError) -> SagaRecord? {
        try await store.load(id)
    }

    private func first(
        of news: AsyncStream<SagaEnd>, within duration: Duration
    ) async -> SagaEnd? {
        await withTaskGroup(of: SagaEnd?.self) { group in
            group.addTask {
                for await end in news { return end }
                return nil
            }
            group.addTask {
                try? await self.timer.sleep(for: duration)
                return nil
            }
            let end = await group.next() ?? nil
            group.cancelAll()
            return end
        }
    }
}

extension SagaRecord {
    /// Whether it is final, or waits for an operator.
    package var isAtRest: Bool {
        switch saga.status {
        case .succeeded, .compensated, .needsAttention, .paused, .stopped: true
        case .running, .compensating: false
        }
    }
}

extension SagaAnswer {
    fileprivate init(_ end: SagaEnd) {
        switch end {
        case .ended(let record): self = .ended(record)
        case .neverBegan(let error): self = .neverBegan(error)
        }
    }

    fileprivate init(_ stored: SagaRecord) {
        self = stored.isAtRest ? .ended(stored) : .running(stored)
    }
}

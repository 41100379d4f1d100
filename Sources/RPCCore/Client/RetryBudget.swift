/// Keeps retries from making an outage worse: they are paid for by calls that went well.
///
/// Pure. As gRPC throttles retries: a failure takes a token, a success gives a part of one back,
/// and there are no retries while half of the tokens or more are gone. A server that fails every
/// call thus gets hardly more calls than without any retries.
package struct RetryBudget: Hashable, Sendable {
    private let most: Int
    private let perSuccess: Int
    private var thousandths: Int

    /// - Parameters:
    ///   - tokens: How many there are at first, and at most.
    ///   - perSuccess: Thousandths of a token that a success gives.
    package init(tokens: Int = 100, perSuccess: Int = 100) {
        self.most = tokens * 1000
        self.perSuccess = perSuccess
        self.thousandths = tokens * 1000
    }

    package var allowsRetry: Bool { 2 * self.thousandths > self.most }

    package mutating func succeeded() {
        self.thousandths = min(self.most, self.thousandths + self.perSuccess)
    }

    package mutating func failed() {
        self.thousandths = max(0, self.thousandths - 1000)
    }
}

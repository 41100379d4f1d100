internal import ArgumentParser

/// `card=80,decline=10,exchange=10`: what share each kind of payment has.
struct PaymentMix: ExpressibleByArgument, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// A card that pays.
        case card
        /// A card that is declined: everything is undone.
        case decline
        /// A card that pays, and a merchant who is paid in another currency.
        case exchange
        /// A card that pays, and gets half of it back.
        case refund
    }

    static let cardsOnly = PaymentMix(shares: [(.card, 1)])

    private let shares: [(kind: Kind, share: Int)]
    private let total: Int

    private init(shares: [(kind: Kind, share: Int)]) {
        self.shares = shares
        self.total = shares.reduce(0) { $0 + $1.share }
    }

    init?(argument: String) {
        var shares: [(kind: Kind, share: Int)] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let words = part.split(separator: "=", omittingEmptySubsequences: false)
            guard words.count == 2, let kind = Kind(rawValue: String(words[0])),
                let share = Int(words[1]), (0...10_000).contains(share)
            else { return nil }
            shares.append((kind, share))
        }
        self.init(shares: shares)
        guard self.total > 0 else { return nil }
    }

    var defaultValueDescription: String { "card=1" }

    /// The kind of a payment by its number. Neighbours differ, so that a short run has every kind.
    func kind(of number: Int) -> Kind {
        var point = number &* 7_919 % self.total
        if point < 0 { point += self.total }
        for (kind, share) in self.shares {
            if point < share { return kind }
            point -= share
        }
        return .card
    }
}

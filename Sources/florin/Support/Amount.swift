internal import ArgumentParser
internal import Messages
internal import Money

/// An amount as people write it, in one argument or in two: `100.00 USD`, `"100.00 USD"`.
enum Amount {
    static let help = ArgumentHelp(
        "An amount with its currency: 100.00 USD, 5000 JPY, 1.234 KWD.", valueName: "amount")

    /// - Throws: `MoneyError` that tells how to write it.
    static func parse(_ words: [String]) throws -> CommonV1.Money {
        let money = try Money(parsing: words.joined(separator: " "))
        return CommonV1.Money(minorUnits: money.minorUnits, currency: money.currency.code)
    }

    /// `nil` when nothing is given.
    static func parseOptional(_ words: [String]) throws -> CommonV1.Money? {
        words.isEmpty ? nil : try self.parse(words)
    }
}

extension CommonV1.Money {
    /// `100.00 USD`
    var text: String { Money.text(self.minorUnits, self.currency) }
}

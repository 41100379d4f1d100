/// A payment method that the acquirer knows by name, and how a card of its kind is shown.
package struct TestCard: Hashable, Sendable {
    package let name: String
    package let lastFour: String
    package let brand: Brand
    package let funding: Funding

    package enum Brand: String, Hashable, Sendable {
        case visa, mastercard, amex, discover, diners, jcb, unionpay

        /// The name that it is shown by where that is another.
        fileprivate var display: String {
            switch self {
            case .amex: "american_express"
            case .diners: "diners_club"
            case .unionpay: "union_pay"
            case .visa, .mastercard, .discover, .jcb: self.rawValue
            }
        }
    }

    package enum Funding: String, Hashable, Sendable {
        case credit, debit, prepaid
    }

    private init(
        _ name: String, _ lastFour: String, _ brand: Brand = .visa, _ funding: Funding = .credit
    ) {
        self.name = name
        self.lastFour = lastFour
        self.brand = brand
        self.funding = funding
    }

    /// By name: "pm_card_visa".
    package static let all = Dictionary(
        uniqueKeysWithValues: [
            TestCard("pm_card_visa", "4242"),
            TestCard("pm_card_visa_debit", "5556", .visa, .debit),
            TestCard("pm_card_mastercard", "4444", .mastercard),
            TestCard("pm_card_mastercard_debit", "8210", .mastercard, .debit),
            TestCard("pm_card_mastercard_prepaid", "5100", .mastercard, .prepaid),
            TestCard("pm_card_amex", "0005", .amex),
            TestCard("pm_card_discover", "1117", .discover),
            TestCard("pm_card_diners", "0004", .diners),
            TestCard("pm_card_jcb", "0505", .jcb),
            TestCard("pm_card_unionpay", "0005", .unionpay),
            TestCard("pm_card_visa_chargeDeclined", "0002"),
            TestCard("pm_card_visa_chargeDeclinedInsufficientFunds", "9995"),
            TestCard("pm_card_visa_chargeDeclinedLostCard", "9987"),
            TestCard("pm_card_visa_chargeDeclinedStolenCard", "9979"),
            TestCard("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "6975"),
            TestCard("pm_card_chargeDeclinedExpiredCard", "0069"),
            TestCard("pm_card_chargeDeclinedIncorrectCvc", "0127"),
            TestCard("pm_card_chargeDeclinedProcessingError", "0119"),
            TestCard("pm_card_authenticationRequired", "3184"),
            TestCard("pm_card_refundFail", "5126"), TestCard("pm_card_pendingRefund", "7726"),
            TestCard("pm_card_createDispute", "0259"), TestCard("pm_card_answersLate", "4242"),
            TestCard("pm_card_neverAnswers", "4242"), TestCard("pm_card_requestLost", "4242"),
        ].map { ($0.name, $0) })

    /// By the tokens that take the place of a card's number: "tok_visa".
    package static func named(token: String) -> TestCard? {
        guard token.hasPrefix("tok_") else { return nil }
        let rest = token.dropFirst("tok_".count)
        return self.all["pm_card_\(rest)"]
    }

    func write(_ json: inout JSONWriter, name: String) {
        json.object(name) { json in
            json.field("brand", self.brand.rawValue)
            json.object("checks") { json in
                json.nulls("address_line1_check", "address_postal_code_check")
                json.field("cvc_check", "pass")
            }
            json.field("country", "US")
            json.field("display_brand", self.brand.display)
            json.field("exp_month", 12)
            json.field("exp_year", 2040)
            json.field("fingerprint", self.fingerprint)
            json.field("funding", self.funding.rawValue)
            json.nulls("generated_from")
            json.field("last4", self.lastFour)
            json.object("networks") { json in
                json.texts("available", [self.brand.rawValue])
                json.nulls("preferred")
            }
            json.nulls("regulated_status")
            json.object("three_d_secure_usage") { json in json.field("supported", true) }
            json.nulls("wallet")
        }
    }

    /// The same for the same card, as cards of several brands end alike.
    private var fingerprint: String {
        "florin" + (self.brand == .visa ? "" : self.brand.rawValue) + self.lastFour
    }
}

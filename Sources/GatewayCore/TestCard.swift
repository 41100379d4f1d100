/// A payment method that the acquirer knows by name, and how a card of its kind is shown.
package struct TestCard: Hashable, Sendable {
    package let name: String
    package let brand: String
    package let lastFour: String

    /// By name: "pm_card_visa".
    package static let all: [String: TestCard] = Dictionary(
        uniqueKeysWithValues: [
            ("pm_card_visa", "4242"), ("pm_card_visa_chargeDeclined", "0002"),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "9995"),
            ("pm_card_visa_chargeDeclinedLostCard", "9987"),
            ("pm_card_visa_chargeDeclinedStolenCard", "9979"),
            ("pm_card_chargeDeclinedExpiredCard", "0069"),
            ("pm_card_chargeDeclinedIncorrectCvc", "0127"),
            ("pm_card_chargeDeclinedProcessingError", "0119"),
            ("pm_card_authenticationRequired", "3184"), ("pm_card_refundFail", "5126"),
            ("pm_card_pendingRefund", "7726"), ("pm_card_createDispute", "0259"),
            ("pm_card_answersLate", "4242"), ("pm_card_neverAnswers", "4242"),
            ("pm_card_requestLost", "4242"),
        ].map { ($0.0, TestCard(name: $0.0, brand: "visa", lastFour: $0.1)) })

    /// By the tokens that take the place of a card's number: "tok_visa".
    package static func named(token: String) -> TestCard? {
        guard token.hasPrefix("tok_") else { return nil }
        let rest = token.dropFirst("tok_".count)
        return self.all["pm_card_\(rest)"]
    }

    func write(_ json: inout JSONWriter, name: String) {
        json.object(name) { json in
            json.field("brand", self.brand)
            json.object("checks") { json in
                json.nulls("address_line1_check", "address_postal_code_check")
                json.field("cvc_check", "pass")
            }
            json.field("country", "US")
            json.field("display_brand", self.brand)
            json.field("exp_month", 12)
            json.field("exp_year", 2040)
            json.field("fingerprint", "florin\(self.lastFour)")
            json.field("funding", "credit")
            json.nulls("generated_from")
            json.field("last4", self.lastFour)
            json.object("networks") { json in
                json.texts("available", [self.brand])
                json.nulls("preferred")
            }
            json.nulls("regulated_status")
            json.object("three_d_secure_usage") { json in json.field("supported", true) }
            json.nulls("wallet")
        }
    }
}

/// Why the card network refused an operation.
package struct Refusal: Hashable, Sendable {
    /// What a merchant's program switches on: "card_declined", "expired_card".
    package let code: String
    /// The network's own reason, given with "card_declined": "insufficient_funds". Else empty.
    package let declineCode: String
    /// For people; it names no card and no amount.
    package let message: String

    package init(code: String, declineCode: String = "", message: String) {
        self.code = code
        self.declineCode = declineCode
        self.message = message
    }
}

extension Refusal {
    /// The refusal for a decline code as the card networks name it.
    ///
    /// Three of them are codes of their own for merchants; all others come as "card_declined" with
    /// the decline code beside it.
    package static func declined(_ declineCode: String) -> Refusal {
        switch declineCode {
        case "expired_card":
            Refusal(code: declineCode, message: "Your card has expired.")
        case "incorrect_cvc":
            Refusal(code: declineCode, message: "Your card's security code is incorrect.")
        case "processing_error":
            Refusal(
                code: declineCode,
                message: "An error occurred while processing your card. Try again in a little bit.")
        case "insufficient_funds":
            Refusal(
                code: "card_declined", declineCode: declineCode,
                message: "Your card has insufficient funds.")
        default:
            Refusal(
                code: "card_declined",
                declineCode: declineCode.isEmpty ? "generic_decline" : declineCode,
                message: "Your card was declined.")
        }
    }

    /// The customer has to prove who they are first.
    package static let authenticationRequired = Refusal(
        code: "authentication_required",
        message: "This payment requires authentication by the customer.")

    /// A refund that the customer's bank sent back.
    package static let refundFailed = Refusal(
        code: "expired_or_canceled_card",
        message: "The customer's bank could not take the refund.")

    /// The network was asked, and for sure did nothing.
    package static let unreachable = Refusal(
        code: "acquirer_unreachable",
        message: "The card network could not be reached; nothing was done.")
}

import GatewayCore
import Identifiers
import Testing

@Suite("Objects as JSON")
struct ObjectTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("Texts are escaped; commas stand between, and nowhere else")
    func writer() {
        var json = JSONWriter()
        json.object { json in
            json.field("a\"b", "x\\\n\u{1}é")
            json.array("l") { json in
                json.value(1)
                json.array { _ in }
                json.object { $0.nulls("n", "m") }
                json.value(true)
            }
            json.empty("e")
            json.field("z", -5)
        }
        #expect(
            Self.text(json.bytes)
                == #"{"a\"b":"x\\\u000a\u0001é","l":[1,[],{"n":null,"m":null},true],"e":{},"z":-5}"#
        )
    }

    @Test("An error's body names what there is, and nothing else")
    func errors() {
        let error = APIError.invalid("Bad.", "amount", code: "parameter_invalid_integer")
        #expect(
            Self.text(error.body)
                == #"{"error":{"code":"parameter_invalid_integer","doc_url":"docs/gateway.md#errors","message":"Bad.","param":"amount","type":"invalid_request_error"}}"#
        )
    }

    @Test("A reference is an id until the object was asked for")
    func expansion() throws {
        let card = try #require(TestCard.all["pm_card_visa"])
        let method = PaymentMethod(
            id: "pm_1", isLive: false, created: 5, card: card, customer: "cus_1")
        let customer = Customer(
            id: "cus_1", isLive: false, created: 5, name: "N", email: nil, phone: nil,
            description: nil, metadata: [], isDeleted: false)
        let plain = Self.text(method.rendered())
        #expect(plain.contains(#""customer":"cus_1""#))
        let expansion = try Expansion(["customer"], of: .paymentMethod, isList: false)
        let whole = Self.text(
            method.rendered(expanding: expansion, loaded: ["cus_1": customer]))
        #expect(whole.contains(#""customer":{"id":"cus_1","object":"customer""#))
        // What could not be loaded stays an id.
        #expect(Self.text(method.rendered(expanding: expansion)) == plain)
        let list = Self.text(
            ObjectList([method, method], hasMore: true, url: "/v1/x").rendered())
        #expect(
            list == #"{"object":"list","data":[\#(plain),\#(plain)],"has_more":true,"url":"/v1/x"}"#
        )
    }

    @Test("A transaction's id tells its cause, and has one spelling")
    func transactions() throws {
        let source = UUID128(high: 0x0192_f0c1_2a3b_7c4d, low: 0x8e5f_6071_8293_a4b5)
        for cause in BalanceTransaction.Cause.allCases {
            let id = BalanceTransaction.ID(cause, source)
            #expect(BalanceTransaction.ID(id.description) == id)
        }
        let refund = BalanceTransaction.ID(.refund, source)
        #expect(refund.sourceID == RefundID(uuid: source).description)
        #expect(BalanceTransaction.ID(.refundFailure, source).isNewer(than: refund))
        #expect(!refund.isNewer(than: refund))
        for text in ["", "txn_", "txn_xx00000000000000000000000000", "ch_1", "txn_ch1"] {
            #expect(BalanceTransaction.ID(text) == nil)
        }
    }

    @Test(
        "A rate of major units as one of minor units",
        arguments: [
            ("1.08475", 0, "1.08475"), ("0.0065", 2, "0.65"), ("154.32", -2, "1.5432"),
            ("0.5", 1, "5"), ("7", -3, "0.007"), ("7", 2, "700"), ("1.20", 0, "1.2"),
        ])
    func rates(rate: String, shift: Int, expected: String) {
        #expect(BalanceTransaction.minorUnitRate(rate, shift: shift) == expected)
    }

    @Test("Tokens stand for cards")
    func tokens() {
        #expect(TestCard.named(token: "tok_visa")?.name == "pm_card_visa")
        #expect(
            TestCard.named(token: "tok_chargeDeclinedExpiredCard")?.name
                == "pm_card_chargeDeclinedExpiredCard")
        #expect(TestCard.named(token: "visa") == nil)
        #expect(TestCard.named(token: "tok_nothing") == nil)
    }
}

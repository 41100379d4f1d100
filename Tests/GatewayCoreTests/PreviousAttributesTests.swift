import GatewayCore
import Testing

@Suite("What an update's event tells of before")
struct PreviousAttributesTests {
    @Test(
        "Attributes that changed, with their old values",
        arguments: [
            (#"{}"#, #"{}"#, #"{}"#),
            (#"{"a":1}"#, #"{"a":1}"#, #"{}"#),
            (#"{"a":1,"b":2}"#, #"{"a":1,"b":3}"#, #"{"b":2}"#),
            (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, #"{}"#),
            (#"{"a":true,"b":"x"}"#, #"{"a":false,"b":"y"}"#, #"{"a":true,"b":"x"}"#),
            // What comes and what goes.
            (#"{"a":null}"#, #"{"a":"x"}"#, #"{"a":null}"#),
            (#"{"a":"x"}"#, #"{"a":null}"#, #"{"a":"x"}"#),
            (#"{}"#, #"{"a":"x"}"#, #"{"a":null}"#),
            (#"{"a":"x"}"#, #"{}"#, #"{"a":"x"}"#),
            (#"{"a":null}"#, #"{"a":{"b":1}}"#, #"{"a":null}"#),
            (#"{"a":{"b":1}}"#, #"{"a":null}"#, #"{"a":{"b":1}}"#),
            // Of hashes only what changed in them.
            (#"{"m":{"a":"1"}}"#, #"{"m":{"a":"2"}}"#, #"{"m":{"a":"1"}}"#),
            (#"{"m":{}}"#, #"{"m":{"a":"1"}}"#, #"{"m":{"a":null}}"#),
            (#"{"m":{"a":"1"}}"#, #"{"m":{}}"#, #"{"m":{"a":"1"}}"#),
            (#"{"m":{"a":"1","b":"2"}}"#, #"{"m":{"b":"2","a":"1"}}"#, #"{}"#),
            (
                #"{"m":{"a":"1","b":"2","c":"3"},"n":5}"#,
                #"{"m":{"b":"4","c":"3","d":"5"},"n":5}"#,
                #"{"m":{"a":"1","b":"2","d":null}}"#
            ),
            (#"{"a":{"b":{"c":1,"d":2}}}"#, #"{"a":{"b":{"c":1,"d":3}}}"#, #"{"a":{"b":{"d":2}}}"#),
            // Lists are whole.
            (#"{"l":[1,2]}"#, #"{"l":[1,3]}"#, #"{"l":[1,2]}"#),
            (#"{"l":[{"a":1},{"b":[2]}]}"#, #"{"l":[]}"#, #"{"l":[{"a":1},{"b":[2]}]}"#),
            // Texts that look like what is around them.
            (#"{"a":"}\",\"b\":{","c":1}"#, #"{"a":"}\",\"b\":[","c":1}"#, #"{"a":"}\",\"b\":{"}"#),
            (#"{"a":"\\","b":1}"#, #"{"a":"\\","b":2}"#, #"{"b":1}"#),
            (#"{"m":{"a\":1,":"x"}}"#, #"{"m":{"a\":1,":"y"}}"#, #"{"m":{"a\":1,":"x"}}"#),
            (#"{"é":"東京"}"#, #"{"é":"🎉"}"#, #"{"é":"東京"}"#),
        ])
    func compares(before: String, after: String, expected: String) {
        let previous = PreviousAttributes.comparing(Array(before.utf8), with: Array(after.utf8))
        #expect(String(decoding: previous, as: UTF8.self) == expected)
    }

    @Test("A customer's name and metadata, as objects are written")
    func customer() {
        var customer = Customer(
            id: "cus_1", isLive: false, created: 5, name: "Ada", email: "a@b.c", phone: nil,
            description: nil, metadata: [("a", "1"), ("b", "2")], isDeleted: false)
        let before = customer.rendered()
        customer.name = "Grace"
        customer.phone = "+1"
        customer.metadata = [("b", "3"), ("c", "4")]
        let previous = PreviousAttributes.comparing(before, with: customer.rendered())
        #expect(
            String(decoding: previous, as: UTF8.self)
                == #"{"metadata":{"a":"1","b":"2","c":null},"name":"Ada","phone":null}"#)
    }

    @Test(
        "Bytes that are no objects come to an end",
        arguments: [
            "", "{", "}", "{}", "{\"", "{\"a\"}", "{\"a\":", "{,}", "{:}", "{\\", "[1]", "{{}",
        ])
    func hostile(text: String) {
        for other in ["{}", text, #"{"a":1}"#] {
            let previous = PreviousAttributes.comparing(Array(text.utf8), with: Array(other.utf8))
            #expect(previous.first == UInt8(ascii: "{"))
            #expect(previous.last == UInt8(ascii: "}"))
        }
    }

    @Test("Is told by updates alone, and left out where it is not known")
    func event() {
        #expect(
            EventType.allCases.filter(\.tellsPrevious) == [
                .paymentIntentUpdated, .refundUpdated, .customerUpdated, .paymentMethodUpdated,
            ])
        func data(_ previous: String?) -> String {
            let event = Event(
                id: "evt_1", type: "customer.updated", created: 5, isLive: false, sequence: 1,
                object: Array(#"{"name":"B"}"#.utf8), previous: previous.map { Array($0.utf8) },
                pendingWebhooks: 0)
            return String(decoding: event.rendered(), as: UTF8.self)
        }
        #expect(
            data(#"{"name":"A"}"#).contains(
                #""data":{"object":{"name":"B"},"previous_attributes":{"name":"A"}},"livemode""#))
        #expect(data(nil).contains(#""data":{"object":{"name":"B"}},"livemode""#))
    }
}

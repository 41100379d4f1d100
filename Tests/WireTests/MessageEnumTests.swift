import Messages
import Testing
import Wire

@Suite("Enums")
struct MessageEnumTests {
    @Test("A value that the proto does not name is kept, and says so")
    func unrecognized() throws {
        let message = TestV1.Leaf(kind: TestV1.Leaf.Kind(rawValue: 99))
        let decoded = try TestV1.Leaf(decoding: message.encoded())
        #expect(decoded.kind.rawValue == 99)
        #expect(decoded.kind.description == "unrecognized_99")
        let list = TestV1.Shapes(colors: [TestV1.Color(rawValue: -77), .red])
        #expect(try TestV1.Shapes(decoding: list.encoded()) == list)
    }

    @Test("Names lose the enum's own name and come back")
    func names() {
        #expect(PaymentV1.PaymentStatus.requiresCapture.description == "requires_capture")
        #expect(TestV1.Color.belowZero.description == "below_zero")
        #expect(HealthV1.HealthCheckResponse.ServingStatus.notServing.description == "not_serving")
        for status in PaymentV1.PaymentStatus.allCases {
            #expect(PaymentV1.PaymentStatus(name: status.description) == status)
        }
        #expect(PaymentV1.PaymentStatus(name: "PROCESSING") == nil)
        #expect(PaymentV1.PaymentStatus(name: "unrecognized_99") == nil)
    }

    @Test("A missing value is the one numbered 0")
    func missing() throws {
        #expect(try TestV1.Shapes(decoding: []).color == .unspecified)
    }
}

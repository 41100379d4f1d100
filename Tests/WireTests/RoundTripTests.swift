import Messages
import Testing
import Wire

@Suite("Round trips")
struct RoundTripTests {
    @Test("A message with every shape of field comes back as it was")
    func full() throws {
        #expect(try TestV1.Shapes(decoding: TestV1.Shapes.full.encoded()) == .full)
    }

    @Test("An empty message has no bytes, and no bytes are an empty message")
    func empty() throws {
        #expect(TestV1.Shapes().encoded().isEmpty)
        #expect(try TestV1.Shapes(decoding: []) == TestV1.Shapes())
        #expect(try TestV1.Empty(decoding: []).encoded().isEmpty)
    }

    @Test(
        "Every member of a oneof comes back, its default too",
        arguments: [
            .reason("late"), .reason(""), .amount(0), .amount(.min), .found(TestV1.Leaf()),
            .painted(.red), .painted(.unspecified), .raw([]), .raw([0]), .done(false), .done(true),
        ] as [TestV1.Shapes.Outcome])
    func oneof(_ outcome: TestV1.Shapes.Outcome) throws {
        let message = TestV1.Shapes(outcome: outcome)
        #expect(try TestV1.Shapes(decoding: message.encoded()).outcome == outcome)
    }

    @Test("Of several members of a oneof on the wire, the last one stands")
    func lastOneofMember() throws {
        let bytes =
            TestV1.Shapes(outcome: .reason("first")).encoded()
            + TestV1.Shapes(outcome: .amount(2)).encoded()
        #expect(try TestV1.Shapes(decoding: bytes).outcome == .amount(2))
    }

    @Test("A lone member of a oneof tells absent from zero")
    func presence() throws {
        let zero = TestV1.Shapes(limitPresence: .limit(0))
        #expect(try TestV1.Shapes(decoding: zero.encoded()).limitPresence == .limit(0))
        #expect(try TestV1.Shapes(decoding: []).limitPresence == nil)
    }

    @Test("Names that C or Swift keep for themselves work as fields")
    func keywords() throws {
        let message = TestV1.Keywords(
            default: "d", self_: 1, class: true, init_: 2, in: "i", type: .default,
            operatorID: "o", webURL: "w", url: "u", ids: ["x"])
        #expect(try TestV1.Keywords(decoding: message.encoded()) == message)
    }

    @Test("An unset message field is told from an empty one")
    func emptyMessageField() throws {
        let message = TestV1.Shapes(leaf: TestV1.Leaf())
        #expect(message.encoded() == lengthDelimited(17, []))
        #expect(try TestV1.Shapes(decoding: message.encoded()).leaf == TestV1.Leaf())
        #expect(try TestV1.Shapes(decoding: []).leaf == nil)
    }

    @Test("A message field that comes twice is merged")
    func merged() throws {
        let bytes =
            lengthDelimited(17, TestV1.Leaf(name: "oak").encoded())
            + lengthDelimited(17, TestV1.Leaf(kind: .broad).encoded())
        let expected = TestV1.Leaf(name: "oak", kind: .broad)
        #expect(try TestV1.Shapes(decoding: bytes).leaf == expected)
    }

    @Test("Packed and unpacked numbers are the same list")
    func packedAndUnpacked() throws {
        let packed = lengthDelimited(22, [1, 2])
        let unpacked: [UInt8] = varint(22 << 3) + [1] + varint(22 << 3) + [2]
        #expect(try TestV1.Shapes(decoding: packed).numbers == [1, 2])
        #expect(try TestV1.Shapes(decoding: unpacked).numbers == [1, 2])
        let other = lengthDelimited(30, [1, 2])
        #expect(try TestV1.Shapes(decoding: other).unpackedNumbers == [1, 2])
    }

    @Test("NULs in a string are kept")
    func nul() throws {
        let text = "a\u{0}b\u{0}"
        let message = CommonV1.Money(minorUnits: 1, currency: text)
        #expect(try CommonV1.Money(decoding: message.encoded()).currency == text)
    }

    @Test("A message larger than an arena's chunk comes back, and so does the next one")
    func large() throws {
        let large = TestV1.Tree(
            name: String(repeating: "x", count: 300_000),
            branches: (0..<5_000).map { TestV1.Tree(name: "\($0)") })
        for message in [large, TestV1.Tree(name: "small"), large] {
            #expect(try TestV1.Tree(decoding: message.encoded()) == message)
        }
    }

    @Test("Real messages come back as they were")
    func realMessages() throws {
        let amount = CommonV1.Money(minorUnits: 100_00, currency: "USD")
        let payment = PaymentV1.Payment(
            id: "pi_1", amount: amount, status: .requiresCapture,
            metadata: [CommonV1.KeyValue(key: "order", value: "7")],
            latestCharge: PaymentV1.Charge(id: "ch_1", status: .succeeded, amount: amount))
        #expect(try PaymentV1.Payment(decoding: payment.encoded()) == payment)
        let info = GoogleRPC.ErrorInfo(
            reason: "rate_too_old", domain: "florin", metadata: [.init(key: "day", value: "1")])
        let status = GoogleRPC.Status(
            code: 9, message: "no",
            details: [GoogleProtobuf.`Any`(typeURL: "t/x", value: info.encoded())])
        #expect(try GoogleRPC.Status(decoding: status.encoded()) == status)
        let transfers = LedgerV1.CreateTransfersRequest(
            transfers: (1...8_190).map {
                LedgerV1.Transfer(
                    id: LedgerV1.Uint128(high: .max, low: $0), amount: 5, currency: "EUR",
                    userData: LedgerV1.Uint128(low: $0))
            })
        #expect(try LedgerV1.CreateTransfersRequest(decoding: transfers.encoded()) == transfers)
    }
}

@Suite("Compared with protoc")
struct ProtocTests {
    @Test("Our bytes are protoc's")
    func sameBytes() throws {
        let bytes = try Protoc.encode(TestV1.Shapes.fullAsText, as: "florin.test.v1.Shapes")
        #expect(try TestV1.Shapes(decoding: bytes) == .full)
        #expect(TestV1.Shapes.full.encoded() == bytes)
    }

    @Test("protoc reads the same in our bytes as in its own")
    func sameReading() throws {
        let own = try Protoc.encode(TestV1.Shapes.fullAsText, as: "florin.test.v1.Shapes")
        #expect(
            try Protoc.decode(TestV1.Shapes.full.encoded(), as: "florin.test.v1.Shapes")
                == Protoc.decode(own, as: "florin.test.v1.Shapes"))
    }
}

import FieldRules
import Testing

@Suite("Fields of requests")
struct FieldRulesTests {
    @Test("Metadata takes fifty entries at their longest")
    func longest() throws {
        let entries = (0..<50).map { index in
            let key = String(repeating: "k", count: 38) + (index < 10 ? "0\(index)" : "\(index)")
            return Metadata.Entry(key: key, value: String(repeating: "ü", count: 500))
        }
        #expect(try Metadata(entries).entries == entries)
    }

    @Test(
        "Metadata beyond its limits is refused with the entry named",
        arguments: [
            (Metadata.Entry(key: "", value: "v"), "metadata[0].key"),
            (Metadata.Entry(key: String(repeating: "k", count: 41), value: ""), "metadata[0].key"),
            (Metadata.Entry(key: "a[b", value: ""), "metadata[0].key"),
            (Metadata.Entry(key: "a]", value: ""), "metadata[0].key"),
            (Metadata.Entry(key: "a\0", value: ""), "metadata[0].key"),
            (Metadata.Entry(key: "a", value: "\0"), "metadata[0].value"),
            (
                Metadata.Entry(key: "a", value: String(repeating: "v", count: 501)),
                "metadata[0].value"
            ),
        ])
    func refusesEntries(entry: Metadata.Entry, field: String) {
        #expect(throws: FieldError.self) { try Metadata([entry]) }
        do {
            _ = try Metadata([entry])
        } catch {
            #expect(error.field == field)
        }
    }

    @Test("Metadata refuses the fifty-first entry and a key twice")
    func refusesTooMany() {
        let many = (0...50).map { Metadata.Entry(key: "k\($0)", value: "") }
        #expect(throws: FieldError("metadata", "must have at most 50 entries")) {
            try Metadata(many)
        }
        let twice = [Metadata.Entry(key: "k", value: "1"), Metadata.Entry(key: "k", value: "2")]
        #expect(throws: FieldError.self) { try Metadata(twice) }
    }

    @Test("A text's length counts scalars, not what looks like one character")
    func countsScalars() {
        let family = "👩‍👩‍👧‍👦"
        #expect(family.count == 1)
        #expect(throws: FieldError.self) { try checkedText(family, field: "f", length: 0...6) }
    }

    @Test("Merchant ids", arguments: ["acme", "A-b_9", String(repeating: "m", count: 64)])
    func merchants(id: String) throws {
        #expect(try checkedMerchantID(id) == id)
    }

    @Test(
        "What is no merchant id",
        arguments: ["", "a b", "acme:eur", "ä", "a\0", String(repeating: "m", count: 65)])
    func notMerchants(id: String) {
        #expect(throws: FieldError.self) { try checkedMerchantID(id) }
    }

    @Test("Idempotency keys have 1 to 255 characters")
    func keys() throws {
        #expect(throws: FieldError.self) { try checkedIdempotencyKey("") }
        let longest = String(repeating: "k", count: 255)
        #expect(try checkedIdempotencyKey(longest) == longest)
        #expect(throws: FieldError.self) { try checkedIdempotencyKey(longest + "k") }
    }
}

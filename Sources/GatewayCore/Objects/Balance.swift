/// What a merchant has, as the API tells about it.
package struct Balance: APIObject {
    package struct Line: Hashable, Sendable {
        package let currency: String
        package let available: Int64
        /// Set aside for payments that are not taken yet, less their fees and refunds under way.
        package let pending: Int64

        package init(currency: String, available: Int64, pending: Int64) {
            self.currency = currency
            self.available = available
            self.pending = pending
        }
    }

    package let isLive: Bool
    package let lines: [Line]

    package init(isLive: Bool, lines: [Line]) {
        self.isLive = isLive
        self.lines = lines
    }

    package var id: String { "balance" }

    package func reference(_ field: String) -> Reference? { nil }

    package func write(_ writer: inout ObjectWriter, expanding: Expansion) {
        writer.json.object { json in
            json.field("object", "balance")
            Self.write("available", self.lines, \.available, &json)
            json.field("livemode", self.isLive)
            Self.write("pending", self.lines, \.pending, &json)
        }
    }

    private static func write(
        _ name: String, _ lines: [Line], _ amount: (Line) -> Int64, _ json: inout JSONWriter
    ) {
        json.array(name) { json in
            for line in lines {
                json.object { json in
                    json.field("amount", amount(line))
                    json.field("currency", line.currency)
                    json.object("source_types") { $0.field("card", amount(line)) }
                }
            }
        }
    }
}

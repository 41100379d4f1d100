internal import Identifiers
internal import PaymentStories

extension PaymentStory {
    var text: String {
        var table = Table(
            .init(title: "at"), .init(title: "since", alignment: .right), .init(title: "told by"),
            .init(title: "kind"), .init(title: "what"), .init(title: "detail"))
        let start = self.lines.first?.at.microseconds ?? 0
        table.rows = self.lines.map { line in
            [
                Moment.time(line.at.microseconds), Moment.span(line.at.microseconds - start),
                line.source, line.kind.rawValue, line.what, line.detail,
            ]
        }
        let gaps = self.missing.map { "\($0.source) did not answer: \($0.problem)" }
        return ([table.rendered(empty: "nothing")] + gaps).joined(separator: "\n")
    }

    var json: JSONValue {
        .object([
            (
                "lines",
                .array(
                    self.lines.map { line in
                        .object([
                            ("at_us", .integer(line.at.microseconds)),
                            ("source", .text(line.source)), ("kind", .text(line.kind.rawValue)),
                            ("what", .text(line.what)), ("detail", .text(line.detail)),
                        ])
                    })
            ),
            (
                "missing",
                .array(
                    self.missing.map { gap in
                        .object([
                            ("source", .text(gap.source)), ("problem", .text(gap.problem)),
                        ])
                    })
            ),
        ])
    }
}

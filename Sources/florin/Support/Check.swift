/// Something that must hold, looked at once.
struct Check: Sendable {
    let name: String
    /// What is wrong; `nil`: it holds.
    let problem: String?

    var text: String { self.problem.map { "BROKEN  \(self.name): \($0)" } ?? "ok  \(self.name)" }

    var json: JSONValue {
        .object([
            ("name", .text(self.name)), ("holds", .bool(self.problem == nil)),
            ("problem", self.problem.map(JSONValue.text) ?? .null),
        ])
    }
}

internal import ArgumentParser
internal import Messages

/// Which part of a list is wanted.
struct PageOptions: ParsableArguments {
    @Option(help: "How many at most, 1 to 100.")
    var limit: Int32 = 20

    @Option(help: "Go on after an earlier page: the cursor it printed.")
    var cursor: String = ""

    func validate() throws {
        guard (1...100).contains(self.limit) else {
            throw ValidationError("--limit must be from 1 to 100")
        }
    }

    var request: CommonV1.PageRequest {
        CommonV1.PageRequest(limit: self.limit, cursor: self.cursor)
    }
}

extension CommonV1.PageResponse? {
    /// The line below a list that has more.
    var more: String {
        guard let cursor = self?.nextCursor, !cursor.isEmpty else { return "" }
        return "\nmore: --cursor \(cursor)"
    }
}

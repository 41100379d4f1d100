package import Identifiers
package import Postgres

/// Something that others are to be told of, written in the transaction that made it happen.
package struct OutboxChange: Sendable {
    let subject: UUID128
    let sequence: Int64
    let at: Timestamp
    let content: [UInt8]

    /// - Parameters:
    ///   - subject: What was changed.
    ///   - sequence: The number that the change has among the subject's.
    ///   - content: A message with the change as the one entry of a repeated field: the contents
    ///     of several, one behind the other, are the message with all of them.
    package init(subject: UUID128, sequence: Int64, at: Timestamp, content: [UInt8]) {
        self.subject = subject
        self.sequence = sequence
        self.at = at
        self.content = content
    }

    /// Of a batch that begins with it: the time first, so that ids rise; then what no other batch
    /// has, so that no randomness is needed.
    fileprivate var batchID: UUID128 {
        UUID128(
            high: UInt64(clamping: self.at.microseconds),
            low: self.subject.low &+ UInt64(bitPattern: self.sequence))
    }
}

extension [OutboxChange] {
    /// Bytes of a row, when one change alone is not larger.
    private static let rowLimit = 512 * 1_024

    /// Writes the changes as one row, or as several of an answer's size; `nil` without any.
    package var insertion: PostgresStatement? {
        guard let first else { return nil }
        var rows = RowBatch([.init("id", .uuid), .init("changes", .bytes)])
        var id = first.batchID
        var content: [UInt8] = []
        for change in self {
            if !content.isEmpty, content.count + change.content.count > Self.rowLimit {
                rows.append([.uuid(id), .bytes(content)])
                content = []
                // A row's first change may be older than the row before.
                id = UUID128(high: Swift.max(id.high, change.batchID.high), low: change.batchID.low)
            }
            content += change.content
        }
        rows.append([.uuid(id), .bytes(content)])
        return rows.insertion(into: "outbox")
    }
}

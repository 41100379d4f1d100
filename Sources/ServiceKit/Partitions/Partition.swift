package import Identifiers

/// One part of a table that is parted by time: the rows whose keys begin with a time of its span.
package struct Partition: Hashable, Sendable {
    package let table: String
    package let name: String
    /// Included; `nil`: it has all that came before its end.
    package let begin: Timestamp?
    /// Excluded; `nil`: it has all that comes after its beginning.
    package let end: Timestamp?
    /// As the database last counted; `nil` before it did.
    package var rows: Int64?
    package var bytes: Int64 = 0
    /// A detachment of it was cut off.
    package var isHalfDetached = false

    package init(table: String, name: String, begin: Timestamp?, end: Timestamp?) {
        self.table = table
        self.name = name
        self.begin = begin
        self.end = end
    }

    /// What the part is called that takes whatever comes after the last one made for its time.
    package static func laterName(of table: String) -> String { "\(table)_later" }

    package var isLater: Bool { self.name == Self.laterName(of: self.table) }
}

/// How the keys of a table begin with a time.
package enum PartitionKey: Hashable, Sendable {
    /// An id.
    case identifier
    /// A text that begins with a payment's id.
    case paymentReference

    /// The lowest key of that moment, to the millisecond.
    package func first(at time: Timestamp) -> String {
        let milliseconds = UInt64(clamping: time.microseconds / 1000)
        let lowest = UUID128(high: milliseconds << 16, low: 0)
        return switch self {
        case .identifier: lowest.description
        case .paymentReference: PaymentID(uuid: lowest).description
        }
    }

    /// The moment that a key begins with; `nil` for a text that is no such key.
    package func time(of key: String) -> Timestamp? {
        let uuid =
            switch self {
            case .identifier: UUID128(key)
            case .paymentReference: PaymentID(key)?.uuid
            }
        return uuid.map { Timestamp(microseconds: Int64($0.high >> 16) * 1000) }
    }
}

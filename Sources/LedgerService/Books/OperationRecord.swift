internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import RPC
internal import ServiceKit
internal import TLS

/// What the barrier remembers of one operation, and how that stands in the journal.
///
/// The entry's `user_data` is the saga, `amount` the epoch, `code` the kind, `flags` the origin. Its
/// body is the hash of the request (32 bytes; zeros for none), two bytes that count the results, a
/// byte for each result, and the step's name.
struct OperationRecord: Sendable {
    let sagaID: SagaID
    /// `nil` for a fence: the epoch is all there is to it.
    let kind: Operation.Kind?
    /// Which kind of operation made the record: a compensation also makes the record of an action
    /// that never came, and so keeps it from ever happening.
    let origin: Operation.Kind
    let epoch: Int64
    let step: String
    let requestHash: [UInt8]?
    let answer: [ResultCode]
    let time: Timestamp
    let id: UUID128

    private static let fenceCode: UInt32 = 3

    init(_ operation: Operation, as kind: Operation.Kind, answer: [ResultCode], at time: Timestamp)
    {
        self.sagaID = operation.sagaID
        self.kind = kind
        self.origin = operation.kind
        self.epoch = operation.epoch
        self.step = operation.step
        self.requestHash = operation.requestHash
        self.answer = answer
        self.time = time
        self.id = Self.id(of: operation, as: kind)
    }

    init(fenceOf operation: Operation, at time: Timestamp) {
        self.sagaID = operation.sagaID
        self.kind = nil
        self.origin = operation.kind
        self.epoch = operation.epoch
        self.step = operation.step
        self.requestHash = nil
        self.answer = []
        self.time = time
        self.id = UUID128(entryAt: time)
    }

    /// Begins with the saga's time, as the ids of its transfers do; the rest is a hash.
    static func id(of operation: Operation, as kind: Operation.Kind) -> UUID128 {
        let saga = operation.sagaID.uuid
        let digest = sha256(
            saga.bytes + [UInt8(truncatingIfNeeded: kind.rawValue)] + Array(operation.step.utf8))
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
        return UUID128(
            high: saga.high & 0xffff_ffff_ffff_0000 | word(digest[0..<2]), low: word(digest[2..<10])
        )
    }
}

// MARK: - In the journal

extension OperationRecord {
    var entry: JournalEntry {
        var body = self.requestHash ?? [UInt8](repeating: 0, count: 32)
        body.append(UInt8(truncatingIfNeeded: self.answer.count >> 8))
        body.append(UInt8(truncatingIfNeeded: self.answer.count))
        body += self.answer.map { UInt8(truncatingIfNeeded: $0.rawValue) }
        body += Array(self.step.utf8)
        return JournalEntry(
            kind: .operation,
            transfer: Transfer(
                id: self.id, amount: self.epoch,
                flags: Transfer.Flags(rawValue: UInt32(self.origin.rawValue)),
                code: self.kind.map { UInt32($0.rawValue) } ?? Self.fenceCode,
                userData: self.sagaID.uuid, createdAt: self.time),
            body: body)
    }

    /// - Throws: `.decoding` if the entry is not what ``entry`` makes.
    init(_ entry: JournalEntry) throws(PostgresError) {
        let body = entry.body
        guard body.count >= 34 else {
            throw PostgresError(.decoding, detail: "the body of an operation is too short")
        }
        let count = Int(body[32]) << 8 | Int(body[33])
        guard body.count >= 34 + count else {
            throw PostgresError(.decoding, detail: "the body of an operation is cut")
        }
        let code = entry.transfer.code
        self.sagaID = SagaID(uuid: entry.transfer.userData)
        self.kind =
            code == Self.fenceCode
            ? nil : try Operation.Kind(stored: Int16(truncatingIfNeeded: code))
        self.origin = try Operation.Kind(
            stored: Int16(truncatingIfNeeded: entry.transfer.flags.rawValue))
        self.epoch = entry.transfer.amount
        self.requestHash = body[..<32].allSatisfy { $0 == 0 } ? nil : Array(body[..<32])
        self.answer = body[34..<(34 + count)].map { ResultCode(rawValue: Int32($0)) ?? .exists }
        self.step = String(decoding: body[(34 + count)...], as: UTF8.self)
        self.time = entry.time
        self.id = entry.transfer.id
    }
}

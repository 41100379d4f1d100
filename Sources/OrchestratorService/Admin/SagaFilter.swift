internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC

/// Which sagas a list is of: only what was asked for is in the statement, so that its plan can use
/// the index that fits.
struct SagaFilter {
    private(set) var condition = "true"
    private(set) var parameters: [PostgresValue] = []

    /// - Throws: INVALID_ARGUMENT with the field.
    init(_ request: SagaV1.ListSagasRequest, kinds: Set<String>) throws(RPCError) {
        try self.addCursor(request.page?.cursor ?? "")
        guard SagaV1.SagaStatus.allCases.contains(request.status) else {
            throw .invalidArgument(field: "status", "is not known")
        }
        guard request.kind.isEmpty || kinds.contains(request.kind) else {
            throw .invalidArgument(
                field: "kind", "must be one of \(kinds.sorted().joined(separator: ", "))")
        }
        if request.status != .unspecified {
            self.add("s.status =", .int16(Int16(clamping: request.status.rawValue)))
            let final: Set<SagaV1.SagaStatus> = [.succeeded, .compensated, .stopped]
            if !final.contains(request.status) { self.condition += " AND s.ended_at IS NULL" }
        }
        if !request.kind.isEmpty { self.add("s.kind =", .text(request.kind)) }
        if !request.paymentID.isEmpty {
            self.add("s.payment_id =", .uuid(try Validation.paymentID(request.paymentID).uuid))
        }
        try self.addText("s.step =", request.step, field: "step")
        try self.addText("s.merchant_id =", request.merchantID, field: "merchant_id")
        if request.createdFromUs != 0 {
            let from = Timestamp(microseconds: request.createdFromUs)
            self.add("s.created_at >=", .timestamp(from))
        }
        if request.createdToUs != 0 {
            self.add("s.created_at <", .timestamp(Timestamp(microseconds: request.createdToUs)))
        }
        try self.addAmounts(from: request.amountFrom, to: request.amountTo)
    }

    private mutating func addCursor(_ cursor: String) throws(RPCError) {
        guard !cursor.isEmpty else { return }
        guard let id = SagaID(cursor) else {
            throw .invalidArgument(
                field: "page.cursor", "must be next_cursor of the page before, or empty")
        }
        self.add("s.id <", .uuid(id.uuid))
    }

    private mutating func addText(
        _ comparison: String, _ text: String, field: String
    ) throws(RPCError) {
        guard !text.isEmpty else { return }
        guard text.count <= 255, !text.unicodeScalars.contains("\0") else {
            throw .invalidArgument(field: field, "must have at most 255 characters")
        }
        self.add(comparison, .text(text))
    }

    private mutating func addAmounts(
        from: CommonV1.Money?, to: CommonV1.Money?
    ) throws(RPCError) {
        try Validation.amount(from)
        try Validation.amount(to)
        guard let currency = from?.currency ?? to?.currency else { return }
        guard to == nil || to?.currency == currency else {
            throw .invalidArgument(field: "amount_to", "must be in the currency of amount_from")
        }
        self.add("s.currency =", .text(currency))
        if let from { self.add("s.amount >=", .int64(from.minorUnits)) }
        if let to { self.add("s.amount <=", .int64(to.minorUnits)) }
    }

    private mutating func add(_ comparison: String, _ value: PostgresValue) {
        self.parameters.append(value)
        self.condition += " AND \(comparison) $\(self.parameters.count)"
    }
}

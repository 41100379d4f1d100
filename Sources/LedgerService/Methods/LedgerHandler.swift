internal import Identifiers
internal import LedgerCore
internal import RPC
internal import Stubs

/// Answers the RPCs of the ledger. Each has a file of its own.
struct LedgerHandler: LedgerServiceHandler {
    /// The most accounts, transfers or ids in one request.
    static let requestLimit = 8_190

    let owner: LedgerOwner
    let queries: JournalQueries

    /// One code for each event of a request, in order.
    func results(of request: LedgerRequest) async throws(RPCError) -> [ResultCode] {
        guard case .results(let results) = try await self.owner.submit(request) else { return [] }
        return results
    }

    /// Those of the accounts that exist, in the order of `ids`.
    func accounts(_ ids: [UUID128]) async throws(RPCError) -> [Account] {
        guard case .accounts(let accounts) = try await self.owner.submit(.accounts(ids)) else {
            return []
        }
        return accounts
    }

    static func checkCount(_ count: Int, of field: String) throws(RPCError) {
        guard count <= self.requestLimit else {
            throw .invalidArgument(
                field: field,
                "must be at most \(self.requestLimit) in one request, not \(count); send several")
        }
    }

    /// PostgreSQL keeps any text but this.
    static func checkText(_ text: String, of field: String) throws(RPCError) {
        guard !text.utf8.contains(0) else {
            throw .invalidArgument(field: field, "must not contain the character U+0000")
        }
    }
}

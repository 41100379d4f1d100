internal import Identifiers
internal import LedgerCore
internal import RPC
internal import ServiceKit

/// What one caller wants of the books, as the owner takes it. Questions stand in line with all
/// else, so that their answers are of one moment and of nothing that may yet be undone.
enum LedgerRequest: Sendable {
    case createAccounts([Account])
    case createTransfers([Transfer], operation: Operation?)
    case accounts([UUID128])
    case trialBalance

    /// How much of a batch it takes.
    var eventCount: Int {
        switch self {
        case .createAccounts(let accounts): accounts.count
        // The barrier may add two entries of its own.
        case .createTransfers(let transfers, let operation):
            transfers.count + (operation == nil ? 0 : 2)
        case .accounts(let ids): 1 + ids.count / 64
        case .trialBalance: 1
        }
    }

    /// The transfers in it; none in other requests.
    var transfers: [Transfer] {
        if case .createTransfers(let transfers, operation: _) = self { transfers } else { [] }
    }

    var operation: Operation? {
        if case .createTransfers(_, operation: let operation) = self { operation } else { nil }
    }
}

enum LedgerReply: Sendable {
    /// One code for each event of the request, in order.
    case results([ResultCode])
    /// Those of the accounts that exist, in the order of the request.
    case accounts([Account])
    case trialBalance([TrialBalanceLine])
}

/// What the owner answers, or why none of the request was looked at.
typealias LedgerAnswer = Result<LedgerReply, RPCError>

/// The sums of all accounts of one currency, in minor units.
struct TrialBalanceLine: Hashable, Sendable {
    let currency: CurrencyCode
    var balances: Balances
    var accountCount: Int64
}

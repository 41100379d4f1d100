internal import Identifiers
internal import LedgerCore
internal import RPC
internal import ServiceKit

/// What one caller wants changed, as the writer takes it.
enum LedgerRequest: Sendable {
    case createAccounts([Account])
    case createTransfers([Transfer], operation: Operation?)
    /// Voids those of the named pending transfers whose time is up.
    case expire([UUID128])

    /// How much of a batch it takes.
    var eventCount: Int {
        switch self {
        case .createAccounts(let accounts): accounts.count
        case .createTransfers(let transfers, operation: _): transfers.count
        case .expire(let ids): ids.count
        }
    }
}

/// One code for each event of the request, or why none of it was looked at.
typealias LedgerAnswer = Result<[ResultCode], RPCError>

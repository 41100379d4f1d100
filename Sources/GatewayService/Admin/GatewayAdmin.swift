internal import GatewayCore
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit
internal import Stubs
internal import TLS

/// Accounts, keys and the way into the console, for operators.
struct GatewayAdmin: GatewayAdminServiceHandler {
    let store: GatewayStore
    let sessions: ConsoleSessions
    /// Where browsers reach the gateway.
    let publicURL: String
    let clock: any WallClock
    let identifiers: any IdentifierSource

    func account(_ name: String) async throws -> StoredAccount {
        guard let account = try await self.store.account(name) else {
            throw RPCError.notFound("there is no account of this id or merchant")
        }
        return account
    }

    func key(_ text: String) async throws -> StoredKey {
        guard let key = try await self.store.key(try KeyID(text, field: "key_id")) else {
            throw RPCError.notFound("there is no key of this id")
        }
        return key
    }

    /// Makes a key and keeps its hash.
    func issue(
        _ kind: APIKey.Kind, isLive: Bool, permissions: Set<Permission>, to account: AccountID
    ) async throws -> (key: StoredKey, secret: String) {
        var randomness = SystemRandomNumberGenerator()
        let key = APIKey(kind, isLive: isLive, randomness: &randomness)
        let stored = StoredKey(
            id: self.identifiers.next(KeyKind.self), accountID: account, kind: kind,
            isLive: isLive, hint: key.hint, permissions: permissions, createdAt: self.clock.now(),
            expiresAt: nil)
        try await self.store.add(stored, hash: sha256(Array(key.text.utf8)))
        return (stored, key.text)
    }
}

extension GatewayAdmin {
    func createAccount(
        _ request: GatewayV1.CreateAccountRequest, context: CallContext
    ) async throws -> GatewayV1.CreateAccountResponse {
        try Self.checkMerchant(request.merchantID)
        guard request.displayName.unicodeScalars.count <= 255,
            !request.displayName.unicodeScalars.contains("\0")
        else {
            throw RPCError.invalidArgument(
                field: "display_name", "must have at most 255 characters")
        }
        var randomness = SystemRandomNumberGenerator()
        let account = try await self.store.add(
            StoredAccount(
                id: self.identifiers.next(AccountKind.self), merchantID: request.merchantID,
                displayName: request.displayName.nonEmpty ?? request.merchantID,
                secret: (0..<32).map { _ in UInt8.random(in: 0...255, using: &randomness) },
                createdAt: self.clock.now()))
        return GatewayV1.CreateAccountResponse(account: account.wire)
    }

    /// The two modes are two merchants to the services, so no account may be called as another's
    /// test mode.
    private static func checkMerchant(_ id: String) throws(RPCError) {
        let isAllowed = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isAllowed, (1...58).contains(id.utf8.count), !id.hasSuffix(Merchant.testSuffix) else {
            throw .invalidArgument(
                field: "merchant_id",
                "must be 1 to 58 characters of a-z, A-Z, 0-9, '_' and '-', and not end in "
                    + "\"_test\"")
        }
    }

    func listAccounts(
        _ request: GatewayV1.ListAccountsRequest, context: CallContext
    ) async throws -> GatewayV1.ListAccountsResponse {
        let limit = try PageLimit(request.page)
        let cursor = try request.page?.cursor.nonEmpty.map {
            try AccountID($0, field: "page.cursor")
        }
        let found = try await self.store.accounts(before: cursor, limit: limit.rowsToAskFor)
        let (accounts, page) = limit.page(found, cursor: \.id.description)
        return GatewayV1.ListAccountsResponse(accounts: accounts.map(\.wire), page: page)
    }
}

extension StoredAccount {
    var wire: GatewayV1.Account {
        GatewayV1.Account(
            id: self.id.description, merchantID: self.merchantID, displayName: self.displayName,
            createdAtUs: self.createdAt.microseconds)
    }
}

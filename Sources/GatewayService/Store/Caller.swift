internal import GatewayCore
internal import Identifiers

/// A merchant, as the gateway keeps it.
struct StoredAccount: Hashable, Sendable {
    let id: AccountID
    let merchantID: String
    let displayName: String
    /// What client secrets are derived from.
    let secret: [UInt8]
    let createdAt: Timestamp
}

/// A key, as the gateway keeps it: without its text.
struct StoredKey: Hashable, Sendable {
    let id: KeyID
    let accountID: AccountID
    let kind: APIKey.Kind
    let isLive: Bool
    let hint: String
    let permissions: Set<Permission>
    let createdAt: Timestamp
    let expiresAt: Timestamp?
}

/// Who asks: the account of the key that a request came with, in the key's mode.
struct Caller: Hashable, Sendable {
    let account: StoredAccount
    let key: StoredKey

    var isLive: Bool { self.key.isLive }
    var scope: Scope { Scope(accountID: self.account.id, isLive: self.isLive) }

    /// What the services know the account by: the modes are two merchants, so that neither sees
    /// the other's payments or moves the other's money.
    var merchantID: String {
        self.isLive ? self.account.merchantID : self.account.merchantID + Self.testSuffix
    }

    static let testSuffix = "_test"

    func may(_ permission: Permission) -> Bool {
        switch self.key.kind {
        case .secret: true
        case .restricted: self.key.permissions.allows(permission)
        case .publishable: false
        }
    }
}

/// Whose things they are: one account's, in one mode.
struct Scope: Hashable, Sendable {
    let accountID: AccountID
    let isLive: Bool
}

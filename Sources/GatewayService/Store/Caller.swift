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

    var merchant: Merchant { Merchant(account: self.account, isLive: self.isLive) }
    var merchantID: String { self.merchant.id }

    func may(_ permission: Permission) -> Bool {
        switch self.key.kind {
        case .secret: true
        case .restricted: self.key.permissions.allows(permission)
        case .publishable: false
        }
    }
}

/// An account in one of its modes. The modes are two merchants to the services, so that neither sees
/// the other's payments or moves the other's money.
struct Merchant: Hashable, Sendable {
    let account: StoredAccount
    let isLive: Bool

    /// What the services know it by.
    var id: String {
        self.isLive ? self.account.merchantID : self.account.merchantID + Self.testSuffix
    }

    var scope: Scope { Scope(accountID: self.account.id, isLive: self.isLive) }

    static let testSuffix = "_test"

    /// The account's name, and the mode, in what the services know a merchant by.
    static func parts(of id: String) -> (account: String, isLive: Bool) {
        id.hasSuffix(self.testSuffix)
            ? (String(id.dropLast(self.testSuffix.count)), false) : (id, true)
    }
}

/// Whose things they are: one account's, in one mode.
struct Scope: Hashable, Sendable {
    let accountID: AccountID
    let isLive: Bool
}

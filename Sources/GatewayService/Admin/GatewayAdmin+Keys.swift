internal import GatewayCore
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension GatewayAdmin {
    func createKey(
        _ request: GatewayV1.CreateKeyRequest, context: CallContext
    ) async throws -> GatewayV1.CreateKeyResponse {
        let kind: APIKey.Kind
        switch request.kind {
        case .secret: kind = .secret
        case .publishable: kind = .publishable
        case .restricted: kind = .restricted
        default:
            throw RPCError.invalidArgument(
                field: "kind", "must be SECRET, PUBLISHABLE or RESTRICTED")
        }
        let permissions = try Self.permissions(request.permissions)
        guard permissions.isEmpty != (kind == .restricted) else {
            throw RPCError.invalidArgument(
                field: "permissions", "must be given for a restricted key, and for no other")
        }
        let account = try await self.account(request.account)
        let (key, secret) = try await self.issue(
            kind, isLive: request.livemode, permissions: permissions, to: account.id)
        return GatewayV1.CreateKeyResponse(key: key.wire, secret: secret)
    }

    private static func permissions(_ texts: [String]) throws(RPCError) -> Set<Permission> {
        var permissions: Set<Permission> = []
        for (index, text) in texts.enumerated() {
            guard let permission = Permission(text) else {
                let known = Permission.Resource.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidArgument(
                    field: "permissions[\(index)]",
                    "must be a resource and read or write, like charges:read; the resources are "
                        + known)
            }
            permissions.insert(permission)
        }
        return permissions
    }

    func listKeys(
        _ request: GatewayV1.ListKeysRequest, context: CallContext
    ) async throws -> GatewayV1.ListKeysResponse {
        let limit = try PageLimit(request.page)
        let cursor = try request.page?.cursor.nonEmpty.map { try KeyID($0, field: "page.cursor") }
        let account = request.account.isEmpty ? nil : try await self.account(request.account).id
        let found = try await self.store.keys(
            of: account, before: cursor, limit: limit.rowsToAskFor)
        let (keys, page) = limit.page(found, cursor: \.id.description)
        return GatewayV1.ListKeysResponse(keys: keys.map(\.wire), page: page)
    }

    func rollKey(
        _ request: GatewayV1.RollKeyRequest, context: CallContext
    ) async throws -> GatewayV1.RollKeyResponse {
        guard (0...Self.longestGrace).contains(request.graceSeconds) else {
            throw RPCError.invalidArgument(
                field: "grace_seconds", "must be 0 to \(Self.longestGrace)")
        }
        let old = try await self.key(request.keyID)
        let now = self.clock.now()
        if let end = old.expiresAt, end <= now {
            throw RPCError.invalidArgument(
                field: "key_id", "must be a key that has not run out; make a new one")
        }
        let (key, secret) = try await self.issue(
            old.kind, isLive: old.isLive, permissions: old.permissions, to: old.accountID)
        _ = try await self.store.expire(old.id, at: now + .seconds(request.graceSeconds))
        return GatewayV1.RollKeyResponse(key: key.wire, secret: secret)
    }

    private static let longestGrace: Int64 = 7 * 86_400

    func revokeKey(
        _ request: GatewayV1.RevokeKeyRequest, context: CallContext
    ) async throws -> GatewayV1.RevokeKeyResponse {
        let key = try await self.key(request.keyID)
        let ended = try await self.store.expire(key.id, at: self.clock.now())
        return GatewayV1.RevokeKeyResponse(key: (ended ?? key).wire)
    }
}

extension StoredKey {
    var wire: GatewayV1.Key {
        let kind: GatewayV1.KeyKind =
            switch self.kind {
            case .secret: .secret
            case .publishable: .publishable
            case .restricted: .restricted
            }
        return GatewayV1.Key(
            id: self.id.description, accountID: self.accountID.description, kind: kind,
            livemode: self.isLive, permissions: self.permissions.map(\.text).sorted(),
            hint: self.hint, createdAtUs: self.createdAt.microseconds,
            expiresAtUs: self.expiresAt?.microseconds ?? 0)
    }
}

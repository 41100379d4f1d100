import Messages
import Stubs
import TLS

extension RunningSystem {
    /// Opens a merchant's account with a floor at zero, before its first payment does without one.
    func setFloor(merchant: String, currency: String) async throws {
        let name = "merchant:\(merchant)"
        let digest = sha256(Array("\(name)/\(currency)".utf8))
        let results = try await self.ledgerAdmin.createAccounts(
            .init(accounts: [
                .init(
                    id: .init(high: Self.number(digest[0..<8]), low: Self.number(digest[8..<16])),
                    name: name, currency: currency,
                    flags: UInt32(LedgerV1.AccountFlag.debitsMustNotExceedCredits.rawValue))
            ])
        ).results
        guard results == [.created] else { throw Missing(type: "created account: \(results)") }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

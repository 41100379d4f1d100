internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import TestKit
internal import Testing

@testable internal import LedgerService

@Suite("Tampering with the books")
struct TamperingTests {
    @Test("The role that runs the ledger can only add to the journal")
    func appendOnly() async throws {
        try await Self.books { books in
            for statement in [
                "UPDATE journal SET amount = 2", "DELETE FROM journal", "TRUNCATE journal",
                "UPDATE journal_commit SET hash = ''", "DELETE FROM journal_commit",
                "DELETE FROM account", "UPDATE account SET name = 'x'",
                "UPDATE journal_2026_11 SET amount = 2", "DELETE FROM journal_index",
            ] {
                let error = await #expect(throws: PostgresError.self, "\(statement)") {
                    try await books.pool.query(statement)
                }
                #expect(error?.code == .insufficientPrivilege, "\(statement)")
            }
        }
    }

    /// Each as a superuser who covers no tracks.
    @Test(
        "Verify names the row that was changed",
        arguments: [
            ("UPDATE journal SET amount = amount + 1 WHERE id = $1", "journal"),
            ("UPDATE journal SET credit_account_id = $1 WHERE id = $1", "journal"),
            ("UPDATE journal SET user_data = $1 WHERE id = $1", "journal"),
            ("UPDATE journal SET body = 'x' WHERE id = $1", "journal"),
            ("UPDATE journal SET chain = chain + 1 WHERE id = $1", "journal"),
            ("UPDATE journal_commit SET hash = '\\x00' WHERE last_us = $2", "commit"),
            ("DELETE FROM journal_commit WHERE last_us = $2", "journal after"),
            ("DELETE FROM journal WHERE id = $1", "journal after"),
            ("UPDATE account SET debits_posted = 9 WHERE name = 'account-1'", "account"),
            ("DELETE FROM account WHERE name = 'account-1'", "account"),
        ])
    func named(statement: String, place: String) async throws {
        try await Self.books { books in
            let clean = try await books.verify()
            #expect(clean.wrong == nil && clean.entries == 9)
            let record = try await books.pool.query(
                "SELECT at_us FROM journal WHERE id = $1", [.uuid(id(12))])
            let time = Timestamp(microseconds: try #require(record.first).int64(0))
            let superuser = try PostgresPool(
                configuration: PostgresConfiguration(
                    dsn: books.database.superuserDSN, connections: 1),
                logger: Logger(label: "test"))
            let changed = try await superuser.pipeline([
                PostgresStatement(
                    statement.contains("$") ? statement : statement + " AND $1 = $1",
                    statement.contains("$2")
                        ? [.uuid(id(12)), .int64(time.microseconds)] : [.uuid(id(12))])
            ])
            await superuser.close()
            #expect(changed.first?.affectedRows == 1)
            let finding = try await books.verify()
            switch (place, finding.wrong) {
            case ("journal", .entry(let at, let id, _)):
                #expect(at == time && id == LedgerServiceTests.id(12))
            // What was taken away cannot be named, only where it is missing.
            case ("journal after", .entry(let at, _, _)): #expect(at > time)
            case ("journal after", .commit(let at, _)): #expect(at >= time)
            case ("commit", .commit(let at, _)): #expect(at == time)
            case ("account", .account(let id, let problem)):
                #expect(id == LedgerServiceTests.id(1), "\(problem)")
            default: Issue.record("\(place): \(String(describing: finding.wrong))")
            }
        }
    }

    @Test("The hash that was written down tells a journal that was cut off at its end")
    func cutOff() async throws {
        try await Self.books { books in
            let before = try await books.verify()
            let superuser = try PostgresPool(
                configuration: PostgresConfiguration(
                    dsn: books.database.superuserDSN, connections: 1),
                logger: Logger(label: "test"))
            for statement in [
                "DELETE FROM journal WHERE at_us = (SELECT max(last_us) FROM journal_commit)",
                "DELETE FROM journal_commit WHERE last_us = (SELECT max(last_us) FROM journal_commit)",
            ] { try await superuser.query(statement) }
            await superuser.close()
            let after = try await books.verify()
            #expect(after.head != before.head && after.headTime < before.headTime)
        }
    }

    /// Nine entries, each transfer in a commit of its own, and a checkpoint behind the fifth.
    private static func books(
        _ body: @escaping @Sendable (OwnedBooks) async throws -> Void
    ) async throws {
        var limits = OwnedBooks.limits
        limits.checkpointInterval = .seconds(3_600)
        try await OwnedBooks.open(limits: limits) { books in
            for number in UInt64(10)...14 {
                #expect(try await books.transfer(move(number, amount: 5)) == [.created])
            }
            try await books.writeCheckpoint()
            try await body(books)
        }
    }
}

extension OwnedBooks {
    /// The balances as the journal makes them, written behind by hand.
    func writeCheckpoint() async throws {
        let owner = try self.database.ownerPool(connections: 1)
        let last = try await self.queries.newestCommit()
        for number in UInt64(1)...4 {
            let balances = try await self.balances(number).first ?? Balances()
            try await owner.query(
                """
                UPDATE account SET debits_posted = $2, credits_posted = $3 WHERE id = $1
                """,
                [
                    .uuid(id(number)), .int64(balances.debitsPosted),
                    .int64(balances.creditsPosted),
                ])
        }
        try await owner.query("UPDATE checkpoint SET at_us = $1", [.int64(last.microseconds)])
        await owner.close()
    }
}

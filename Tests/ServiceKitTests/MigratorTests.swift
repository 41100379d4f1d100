import Foundation
import Postgres
import ServiceKit
import TestKit
import Testing

@Suite("Migrations")
struct MigratorTests {
    /// A folder of migrations that vanishes with the test.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("florin-migrations-\(UUID().uuidString)").path

        init(_ migrations: [String: String]) throws {
            for (name, sql) in migrations { try self.write(sql, to: name) }
        }

        deinit { try? FileManager.default.removeItem(atPath: self.path) }

        func write(_ sql: String, to name: String) throws {
            try FileManager.default.createDirectory(
                atPath: "\(self.path)/\(name)", withIntermediateDirectories: true)
            try Data(sql.utf8).write(to: URL(fileURLWithPath: "\(self.path)/\(name)/up.sql"))
        }

        var set: MigrationSet { get throws { try MigrationSet(folder: self.path) } }
    }

    private static let first = "CREATE TABLE notes (note text);\nINSERT INTO notes VALUES ('a;b');"
    private static let second = "ALTER TABLE notes ADD COLUMN size int8;"

    private static func folder() throws -> Folder {
        try Folder(["0001_make_notes": self.first, "0002_size_notes": self.second])
    }

    /// Runs `body` on an empty database, as its owner.
    private static func withPool(_ body: (PostgresPool, EphemeralDatabase) async throws -> Void)
        async throws
    {
        let database = try await EphemeralDatabase.makeEmpty()
        let pool = try database.ownerPool()
        try await body(pool, database)
        await pool.close()
    }

    @Test("Applies what is missing, in order, and nothing a second time")
    func applies() async throws {
        let folder = try Self.folder()
        try await Self.withPool { pool, database in
            let migrator = Migrator(pool: pool, set: try folder.set)
            #expect(try await migrator.apply() == ["0001_make_notes", "0002_size_notes"])
            #expect(try await migrator.apply() == [])
            try folder.write("DROP TABLE notes;", to: "0003_drop_notes")
            let newer = Migrator(pool: pool, set: try folder.set)
            await #expect(throws: MigrationError.missing("0003_drop_notes")) {
                try await newer.verify()
            }
            #expect(try await newer.apply() == ["0003_drop_notes"])
            // The service itself may check, with its own role.
            let runtime = try database.pool(connections: 1)
            try await Migrator(pool: runtime, set: folder.set).verify()
            await runtime.close()
        }
    }

    @Test("A database without migrations is told from a finished one")
    func verifiesEmpty() async throws {
        let folder = try Self.folder()
        try await Self.withPool { pool, _ in
            await #expect(throws: MigrationError.missing("0001_make_notes")) {
                try await Migrator(pool: pool, set: folder.set).verify()
            }
        }
    }

    @Test("Refuses a migration that changed after it was applied")
    func refusesChanged() async throws {
        let folder = try Self.folder()
        try await Self.withPool { pool, _ in
            try await Migrator(pool: pool, set: folder.set).apply()
            try folder.write(Self.first + " ", to: "0001_make_notes")
            try folder.write("SELECT 1;", to: "0003_more")
            let migrator = Migrator(pool: pool, set: try folder.set)
            let changed = MigrationError.changed("0001_make_notes")
            await #expect(throws: changed) { try await migrator.apply() }
            await #expect(throws: changed) { try await migrator.verify() }
            #expect("\(changed)".contains("0001_make_notes"))
        }
    }

    @Test("Refuses a database that has a migration which is not at hand")
    func refusesUnknown() async throws {
        let (full, part) = (try Self.folder(), try Folder(["0001_make_notes": Self.first]))
        try await Self.withPool { pool, _ in
            try await Migrator(pool: pool, set: full.set).apply()
            let older = Migrator(pool: pool, set: try part.set)
            let unknown = MigrationError.unknown("0002_size_notes")
            await #expect(throws: unknown) { try await older.apply() }
            await #expect(throws: unknown) { try await older.verify() }
        }
    }

    @Test("Keeps nothing of a migration that fails, and all before it")
    func undoesFailed() async throws {
        let folder = try Self.folder()
        try folder.write("CREATE TABLE half (id int8); SELECT 1 / 0;", to: "0003_half")
        try await Self.withPool { pool, _ in
            let migrator = Migrator(pool: pool, set: try folder.set)
            let error = await #expect(throws: MigrationError.self) { try await migrator.apply() }
            guard case .failed("0003_half", let reason) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.contains("division by zero"))
            let half = try await pool.query("SELECT to_regclass('half') IS NULL")
            #expect(try half.first?.bool(0) == true)
            let applied = try await pool.query("SELECT name FROM schema_migrations")
            #expect(applied.count == 2)
        }
    }

    @Test("Several at once apply each migration once")
    func appliesConcurrently() async throws {
        let folder = try Self.folder()
        let set = try folder.set
        try await Self.withPool { _, database in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 1...4 {
                    group.addTask {
                        let pool = try database.ownerPool(connections: 1)
                        let applied = try await Migrator(pool: pool, set: set).apply()
                        await pool.close()
                        return applied
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == ["0001_make_notes", "0002_size_notes"])
        }
    }

    @Test(
        "Refuses folders that are not numbered one after the other",
        arguments: ["0002_gap", "1_short", "0001", "first_one"])
    func refusesNames(_ name: String) throws {
        let folder = try Folder([name: "SELECT 1;"])
        #expect(throws: MigrationError.wrongName(name)) { try folder.set }
    }

    @Test("Names the file that cannot be read")
    func refusesUnreadable() throws {
        #expect(throws: MigrationError.unreadable("/nonexistent")) {
            try MigrationSet(folder: "/nonexistent")
        }
    }
}

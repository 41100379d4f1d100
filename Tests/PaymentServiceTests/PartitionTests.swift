import Identifiers
import Messages
import Postgres
import RPC
import ServiceKit
import Stubs
import TLS
import TestKit
import Testing

@Suite("Payments parted by time", .timeLimit(.minutes(2)))
struct PartitionTests {
    /// Parts whose rows or index were looked into.
    private static func readParts(in database: EphemeralDatabase) async throws -> [String] {
        try await database.ownerPool().query(
            """
            SELECT relname FROM pg_stat_user_tables JOIN pg_inherits ON inhrelid = relid
            WHERE coalesce(seq_scan, 0) + coalesce(idx_scan, 0) > 0
            """
        ).map { try $0.text(0) }.sorted()
    }

    @Test("All that a payment and its refund need is looked for in the part of their time alone")
    func pruning() async throws {
        let database = try await EphemeralDatabase.make(service: "payment")
        try await PaymentWorld.run(database: database) { world in
            let paid = try await world.paid()
            _ = try await world.get(paid)
            _ = try await world.reserve(TestSaga(), paid, refund: newRefundID(), 10_00)
            let lost = try await world.create(key: "2").id
            let saga = TestSaga()
            _ = try await world.begin(saga, lost)
            _ = try await world.authorize(saga, lost)
            _ = try await world.void(saga, lost)
            _ = try await world.fail(saga, lost)
        }
        // Sessions report what they read as they end.
        let tables = [
            "acquirer_attempt", "charge", "operation_barrier", "payment", "refund_reservation",
            "saga_fence",
        ]
        let haveEnded = try await eventually {
            try await Self.readParts(in: database).count > tables.count
        }
        #expect(haveEnded)
        let now = try await database.ownerPool().query(
            "SELECT to_char(now() AT TIME ZONE 'UTC', '_YYYY_\"q\"Q')")
        let quarter = try #require(now.first).text(0)
        let parts = try await Self.readParts(in: database)
        #expect(parts == (tables + ["payment_event"]).sorted().map { $0 + quarter })
    }

    @Test("Lists go on over the edges of parts")
    func lists() async throws {
        let clock = ManualClock(SystemClock().now())
        let identifiers = SystemIdentifierSource(clock: clock)
        try await PaymentWorld.run(clock: clock, identifiers: identifiers) { world in
            var made: [String] = []
            for number in 0..<6 {
                made.append(try await world.create(key: "\(number)").id)
                world.clock.advance(by: .seconds(200 * 24 * 3600))
            }
            let parts = try await world.database.ownerPool().query(
                "SELECT DISTINCT tableoid::regclass::text FROM payment"
            ).count
            #expect(parts > 2)
            var listed: [String] = []
            var cursor = ""
            repeat {
                let page = try await world.client.listPayments(
                    .init(page: .init(limit: 2, cursor: cursor), merchantID: "acme"))
                listed += page.payments.map(\.id)
                cursor = page.page?.nextCursor ?? ""
            } while !cursor.isEmpty
            #expect(listed == made.reversed())
        }
    }

    @Test("A key stays used when its payment was detached")
    func keyOutlivesPayment() async throws {
        try await PaymentWorld.run { world in
            let first = try await world.create(key: "once")
            let owner = try world.database.ownerPool()
            let part = try await Self.part(of: first.id, owner)
            try await owner.query("ALTER TABLE payment DETACH PARTITION \(part.name)")
            let repeated = await refusal { () throws(RPCError) in
                try await world.create(key: "once")
            }
            #expect(repeated?.code == .notFound)
            let other = await refusal { () throws(RPCError) in
                try await world.create(key: "once", 5_00)
            }
            #expect(other?.reason == .idempotencyError)
            #expect(other?.metadata["payment_id"] == first.id)
            try await owner.query(
                "ALTER TABLE payment ATTACH PARTITION \(part.name) \(part.bounds)")
            let again = try await world.create(key: "once")
            #expect(again == first)
        }
    }

    @Test("Payments made before there were parts are the first part, and their keys stay used")
    func migration() async throws {
        // Makes the role that the migrations grant to.
        _ = try await EphemeralDatabase.make(service: "payment")
        let owner = try await EphemeralDatabase.makeEmpty().ownerPool()
        let set = try MigrationSet(folder: "\(RepositoryFolder.services)/payment/migrations")
        for migration in set.migrations[..<8] { try await owner.run(.init(migration.sql)) }
        let id = SystemIdentifierSource().next(PaymentKind.self)
        try await owner.query(
            """
            INSERT INTO payment (id, merchant_id, idempotency_key, request_hash, capture_method,
                amount, currency, payment_method, description, metadata_keys, metadata_values,
                status, next_action, created_at, updated_at, events)
            VALUES ($1, 'acme', 'once', '\\x01', 'automatic', 1, 'USD', 'pm_card_visa', '', '{}',
                '{}', 'requires_confirmation', '', now(), now(), 1)
            """, [.uuid(id.uuid)])
        try await owner.run(.init(set.migrations[8].sql))
        let rows = try await owner.query(
            """
            SELECT p.tableoid::regclass::text, k.digest, k.request_hash
            FROM payment AS p JOIN payment_key AS k ON k.payment_id = p.id WHERE p.id = $1
            """, [.uuid(id.uuid)])
        let row = try #require(rows.first)
        let digest = UUID128(bytes: sha256(Array("acme/once".utf8)).prefix(16))
        #expect(try row.text(0) == "payment_before")
        #expect(try row.uuid(1) == digest)
        #expect(try row.bytes(2) == [1])
    }

    private static func part(
        of payment: String, _ owner: PostgresPool
    ) async throws -> (name: String, bounds: String) {
        let rows = try await owner.query(
            """
            SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class
            WHERE oid = (SELECT tableoid FROM payment WHERE id = $1)
            """, [.uuid(try PaymentID(parsing: payment).uuid)])
        let row = try #require(rows.first)
        return (try row.text(0), try row.text(1))
    }
}

import DevSystem
import Foundation
import Logging
import Postgres
import Testing

@Suite("Private PostgreSQL", .serialized)
struct PostgresClusterTests {
    private let logger = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` with a cluster in a fresh folder, and stops and removes it afterwards.
    private func withCluster(_ body: (PostgresCluster) async throws -> Void) async throws {
        let folder = "/tmp/florin-cluster-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var options = PostgresCluster.Options()
        options.hastyCreation = true
        let cluster = try PostgresCluster(folder: folder, options: options)
        do {
            try await body(cluster)
        } catch {
            try await cluster.stop()
            throw error
        }
        try await cluster.stop()
    }

    /// What `sql` answers to whoever `dsn` names; each query on a connection of its own.
    private func query(_ dsn: String, _ sql: String) async throws -> [PostgresRow] {
        let pool = try PostgresPool(
            configuration: PostgresConfiguration(
                dsn: dsn, connections: 1, acquireTimeout: .seconds(2)),
            logger: self.logger)
        do {
            let rows = try await pool.query(sql)
            await pool.close()
            return rows
        } catch {
            await pool.close()
            throw error
        }
    }

    @Test("Starts, is found running, and keeps its data through stop, kill -9 and start")
    func survives() async throws {
        try await self.withCluster { cluster in
            try await cluster.start()
            let first = try #require(cluster.runningProcess)
            try await cluster.start()
            #expect(cluster.runningProcess == first)
            let database = try await cluster.provision(service: "payment", logger: self.logger)
            _ = try await self.query(database.ownerDSN, "CREATE TABLE marks (id int8)")

            try await cluster.stop()
            #expect(cluster.runningProcess == nil)
            try await cluster.start()
            _ = try await self.query(database.ownerDSN, "INSERT INTO marks VALUES (1)")

            let second = try #require(cluster.runningProcess)
            second.signal(SIGKILL)
            #expect(await second.waitForEnd(limit: .seconds(10)))
            #expect(cluster.runningProcess == nil)
            try await cluster.start()
            let marks = try await self.query(database.ownerDSN, "SELECT id FROM marks")
            #expect(marks.count == 1)
            for setting in ["fsync", "synchronous_commit"] {
                let rows = try await self.query(
                    cluster.superuserDSN(), "SELECT current_setting('\(setting)')")
                #expect(try rows.first?.text(0) == "on", "\(setting)")
            }
        }
    }

    @Test("A service's role reaches its own database, and there only what it was granted")
    func separatesServices() async throws {
        try await self.withCluster { cluster in
            try await cluster.start()
            let payment = try await cluster.provision(service: "payment", logger: self.logger)
            _ = try await cluster.provision(service: "ledger", logger: self.logger)
            // Again, as at every start of the system.
            let again = try await cluster.provision(service: "payment", logger: self.logger)
            #expect(again.dsn == payment.dsn)

            let foreign = payment.dsn.replacing(
                "dbname=florin_payment", with: "dbname=florin_ledger")
            await #expect(throws: PostgresError.self) { try await self.query(foreign, "SELECT 1") }
            let guess = payment.dsn.replacing(/password=.*/, with: "password=guess")
            await #expect(throws: PostgresError.self) { try await self.query(guess, "SELECT 1") }

            _ = try await self.query(payment.ownerDSN, "CREATE TABLE secrets (id int8)")
            for sql in ["SELECT * FROM secrets", "CREATE TABLE mine (id int8)"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await self.query(payment.dsn, sql)
                }
                #expect(error?.code == .insufficientPrivilege, "\(sql)")
            }
        }
    }

    @Test("Passwords lie in files that only their owner may read")
    func keepsPasswords() async throws {
        try await self.withCluster { cluster in
            try await cluster.start()
            _ = try await cluster.provision(service: "fx", logger: self.logger)
            let folder = "\(cluster.folder)/secrets"
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.sorted() == ["florin_fx", "florin_fx_owner", "postgres"])
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: "\(folder)/\(file)")
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
            }
        }
    }

    @Test("Works in a folder whose path is too long for a socket")
    func findsShortSocket() async throws {
        let long = "/tmp/florin-cluster-\(String(repeating: "long", count: 25))"
        defer { try? FileManager.default.removeItem(atPath: long) }
        var options = PostgresCluster.Options()
        options.hastyCreation = true
        let cluster = try PostgresCluster(folder: long, options: options)
        try await cluster.start()
        let rows = try await self.query(cluster.superuserDSN(), "SELECT 1::int8")
        #expect(try rows.first?.int64(0) == 1)
        try await cluster.stop()
    }

    @Test("A folder that the server's user cannot reach is named, with what to do")
    func namesClosedFolder() async throws {
        guard geteuid() == 0 else { return }
        let closed = "/tmp/florin-closed-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: closed) }
        try FileManager.default.createDirectory(
            atPath: closed, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        let cluster = try PostgresCluster(folder: "\(closed)/postgres")
        let error = await #expect(throws: PostgresClusterError.self) { try await cluster.start() }
        #expect(error == .folderNotTraversable(closed, user: "postgres"))
        #expect("\(String(describing: error))".contains("chmod o+x \(closed)"))
    }
}

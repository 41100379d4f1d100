internal import Foundation
internal import TLS

/// The migrations of one service, oldest first: `<folder>/0001_name/up.sql` and so on.
package struct MigrationSet: Hashable, Sendable {
    package struct Migration: Hashable, Sendable {
        /// 1, 2, 3 … without a gap.
        package let version: Int32
        /// The folder's name: "0001_create_payments".
        package let name: String
        package let sql: String
        /// The SHA-256 of the file.
        package let checksum: [UInt8]
    }

    package let migrations: [Migration]

    /// Reads all migrations below `folder`.
    ///
    /// - Throws: `.unreadable` for a folder or file that cannot be read, `.wrongName` for a folder
    ///   that is not called `NNNN_name` with the next number.
    package init(folder: String) throws(MigrationError) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw .unreadable(folder)
        }
        var migrations: [Migration] = []
        for name in names {
            let version = Int32(migrations.count + 1)
            let parts = name.split(separator: "_", maxSplits: 1)
            guard parts.count == 2, parts[0].utf8.count == 4, Int32(parts[0]) == version else {
                throw .wrongName(name)
            }
            migrations.append(try Self.read(name, version: version, in: folder))
        }
        self.migrations = migrations
    }

    private static func read(
        _ name: String, version: Int32, in folder: String
    ) throws(MigrationError) -> Migration {
        let path = "\(folder)/\(name)/up.sql"
        guard let data = FileManager.default.contents(atPath: path),
            let sql = String(data: data, encoding: .utf8)
        else { throw .unreadable(path) }
        return Migration(version: version, name: name, sql: sql, checksum: sha256(Array(data)))
    }
}

/// Why a database's schema and the migrations at hand do not fit each other.
package enum MigrationError: Error, Hashable, Sendable {
    case unreadable(String)
    case wrongName(String)
    /// The file is not what was applied under its name.
    case changed(String)
    /// The database has a migration that is not at hand: these programs are older than it.
    case unknown(String)
    /// A migration at hand was not applied yet.
    case missing(String)
    /// A statement of the migration failed, and nothing of it was kept.
    case failed(String, reason: String)
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path): "cannot read \(path)"
        case .wrongName(let name):
            "migration \(name): expected NNNN_name with the number after the one before it"
        case .changed(let name):
            "migration \(name) is not what was applied: restore it and add a new migration"
        case .unknown(let name):
            "migration \(name) was applied by a newer version: deploy that version"
        case .missing(let name): "migration \(name) is not applied yet: run `florin migrate`"
        case .failed(let name, let reason): "migration \(name) failed: \(reason)"
        }
    }
}

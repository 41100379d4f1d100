internal import Foundation

/// What `dev.json` holds: where everything of a running development system is.
///
/// Programs read it, so fields are added and never renamed; `version` rises when one is removed.
/// The file holds connection strings and is readable by its owner only.
package struct DevState: Codable, Hashable, Sendable {
    package static let currentVersion = 1

    package struct Service: Codable, Hashable, Sendable {
        package var address: String
        /// `nil` before its first start.
        package var process: ProcessIdentity?
        /// Connection string of the role the service runs with.
        package var database: String
        /// Connection string of the role that owns the tables, for migrations.
        package var ownerDatabase: String
        package var log: String
        /// Where it tells `/metrics` and `/health` by plain HTTP. Not in files of earlier versions.
        package var metrics: String?
        /// Where it answers its HTTP API; `nil` when it has none.
        package var http: String?
    }

    /// The HTTP API, and keys to try it with.
    package struct Gateway: Codable, Hashable, Sendable {
        /// "http://127.0.0.1:7400": what a Stripe SDK takes as its API base.
        package var address: String
        package var account: String
        package var secretKey: String
        package var publishableKey: String
    }

    package struct Postgres: Codable, Hashable, Sendable {
        /// Connection string of the superuser.
        package var database: String
        package var data: String
        package var process: ProcessIdentity?
    }

    package var version = DevState.currentVersion
    /// Whether every service has been healthy once since the start.
    package var ready: Bool
    /// The supervisor.
    package var process: ProcessIdentity?
    package var certificates: String
    package var postgres: Postgres
    /// By name: "payment".
    package var services: [String: Service]
    /// `nil` until the gateway has its keys, and in files of earlier versions.
    package var gateway: Gateway?

    /// Writes the file in one step, with mode 0600.
    package func write(to layout: DevLayout) throws(DevError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let temporary = layout.state + ".new"
            let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard
                FileManager.default.createFile(
                    atPath: temporary, contents: try encoder.encode(self), attributes: attributes),
                rename(temporary, layout.state) == 0
            else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            throw DevError(
                .fileFailed, "cannot write \(layout.state): \(error)",
                hint: "Make the folder writable, or choose another with --data.")
        }
    }

    /// The state of the system on `layout`, running or left behind by one that was killed.
    ///
    /// - Throws: `.notRunning` without a file; `.fileFailed` for one that this version cannot read.
    package static func read(from layout: DevLayout) throws(DevError) -> DevState {
        guard let bytes = FileManager.default.contents(atPath: layout.state) else {
            throw DevError(
                .notRunning, "no system runs on \(layout.data)",
                hint: "Start one with: florin dev --data \(layout.data)")
        }
        guard let state = try? JSONDecoder().decode(DevState.self, from: bytes),
            state.version == Self.currentVersion
        else {
            throw DevError(
                .fileFailed, "\(layout.state) is not of this version",
                hint: "Stop the system with the version that started it, then start it again.")
        }
        return state
    }

    package static func remove(from layout: DevLayout) {
        unlink(layout.state)
    }
}

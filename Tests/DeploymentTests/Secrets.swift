internal import Foundation
internal import TestKit

/// What `scripts/make-secrets.sh` makes, in a temporary folder.
struct Secrets: Sendable {
    let folder: String

    /// Made once for all tests: the script issues a certificate for each role.
    static let made = Task {
        let parent = try EphemeralFolder.make()
        EphemeralFolder.removeAtExit(parent)
        let folder = "\(parent)/secrets"
        let outcome = try await Shell.run("scripts/make-secrets.sh", [folder])
        guard outcome.status == 0 else { throw ScriptFailure(outcome: outcome) }
        return Secrets(folder: folder)
    }

    /// The file that compose calls `secrets/<name>`.
    func file(_ path: String) -> String {
        URL(filePath: self.folder).deletingLastPathComponent().appending(path: path)
            .path(percentEncoded: false)
    }

    /// `text` with the container's folder of secrets replaced by the one here.
    func localPath(_ text: String) -> String {
        text.replacingOccurrences(of: ComposeFile.SecretMount.folder, with: self.folder)
    }

    /// The variables that compose takes from `.env`.
    func variables() throws -> [String] {
        try String(contentsOfFile: self.file(".env"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }
}

struct ScriptFailure: Error {
    let outcome: Shell.Outcome
}

internal import Foundation
internal import TestKit
internal import Testing

/// One page after the other: each starts a system on the ports that it has by itself.
@Suite("Commands that pages show", .serialized)
enum PageTests {}

/// A command that a page shows, and what the page says that it prints.
struct DocumentedCommand {
    let command: String
    var output = ""

    /// The commands of a page's `console` blocks, in order.
    ///
    /// - Parameter page: Below the top of the repository: "README.md".
    static func all(in page: String) throws -> [DocumentedCommand] {
        let text = try String(
            contentsOfFile: RepositoryFolder.services + "/../" + page, encoding: .utf8)
        var commands: [DocumentedCommand] = []
        for block in text.matches(of: /```console\n((?s).*?)```/) {
            for line in block.1.split(separator: "\n") {
                if line.hasPrefix("$ ") {
                    commands.append(DocumentedCommand(command: String(line.dropFirst(2))))
                } else if let last = commands.indices.last {
                    commands[last].output += line + "\n"
                }
            }
        }
        return commands
    }

    /// Ids, moments, tokens and ports differ from run to run; what is around them does not.
    static func masked(_ output: String) -> String {
        output.trimmingCharacters(in: .whitespacesAndNewlines)
            .replacing(/_[0-9a-z]{26}/, with: "_id")
            .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "moment")
            .replacing(/token=[0-9a-f]{64}/, with: "token")
            .replacing(/127\.0\.0\.1:\d+/, with: "address")
    }
}

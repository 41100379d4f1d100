internal import ArgumentParser
internal import Identifiers
internal import ServiceKit

struct PartitionsDetach: PartitionCommand {
    static let configuration = CommandConfiguration(
        commandName: "detach", abstract: "Take old parts out of the services' reach.",
        discussion: """
            Their rows stay in the database, each part a table of its own, to be moved away \
            (pg_dump --table) and dropped. Refused while a payment in them is not done with. \
            What is detached can no longer be looked up or refunded; back up and export the \
            ledger first.

            Examples:
              florin partitions detach payment --before 2026-01-01
              florin partitions detach ledger --before 2026-01-01 --yes
            """)

    @OptionGroup var partitions: PartitionOptions
    @Option(
        help: ArgumentHelp("Parts that end at or before that time.", valueName: "time"),
        transform: PeriodOptions.moment)
    var before: Timestamp
    @Flag(help: "Do not ask.") var yes = false

    func validate() throws {
        guard self.before <= SystemClock().now() else {
            throw ValidationError("--before must not be in the future")
        }
    }

    func execute(_ store: PartitionStore) async throws {
        let old = try await store.old(before: self.before)
        guard !old.isEmpty else { return self.show(old, empty: "no part is that old") }
        let names = old.map { "  \($0.name)" }.joined(separator: "\n")
        try Confirmation.ask("These parts are to be detached:\n\(names)", yes: self.yes)
        try await store.detach(old) { Console.complain("detached \($0.name)") }
        self.show(old, empty: "")
    }
}

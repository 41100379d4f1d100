internal import ArgumentParser
internal import DevSystem
internal import Identifiers
internal import ServiceKit

struct Partitions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partitions",
        abstract: "List, make and detach the parts of tables that grow with time.",
        discussion: """
            As the owner of a service's database. A part is a month of the ledger's journal, a \
            quarter of the payment service's tables. Running payments are not disturbed.

            Examples:
              florin partitions list payment
              florin partitions create payment --until 2028-01-01
              florin partitions detach ledger --before 2026-07-01

            Exit status: 0 done, 1 failed, 4 refused, 64 a wrong argument.
            """,
        subcommands: [PartitionsList.self, PartitionsCreate.self, PartitionsDetach.self])
}

/// A command that works on the parts of one service's tables.
protocol PartitionCommand: AsyncParsableCommand {
    var partitions: PartitionOptions { get }
    func execute(_ store: PartitionStore) async throws
}

struct PartitionOptions: ParsableArguments {
    @Argument(help: "Which service: payment or ledger.") var service: String
    @OptionGroup var owner: OwnerOptions
    @Option(name: [.short, .long], help: "table for people, json for programs.")
    var output: OutputFormat = .table
}

extension PartitionCommand {
    mutating func run() async throws {
        do {
            // A detachment waits for transactions that use the table, and looks through the part.
            try await self.partitions.owner.withPool(
                of: ServiceCatalog.entry(named: self.partitions.service).name,
                patience: .seconds(600)
            ) { try await self.execute(PartitionStore(pool: $0)) }
        } catch {
            let failure = Failure(error)
            Console.complain(
                self.partitions.output == .json ? failure.json.rendered() : failure.text)
            throw failure.status.code
        }
    }

    func show(_ parts: [Partition], empty: String) {
        switch self.partitions.output {
        case .json: Console.say(JSONValue.array(parts.map(\.json)).rendered())
        case .table: Console.say(parts.table.rendered(empty: empty))
        }
    }
}

extension Partition {
    fileprivate var json: JSONValue {
        .object([
            ("table", .text(self.table)), ("name", .text(self.name)),
            ("begin_us", self.begin.map { .integer($0.microseconds) } ?? .null),
            ("end_us", self.end.map { .integer($0.microseconds) } ?? .null),
            ("rows", self.rows.map(JSONValue.integer) ?? .null), ("bytes", .integer(self.bytes)),
            ("half_detached", .bool(self.isHalfDetached)),
        ])
    }
}

extension [Partition] {
    fileprivate var table: Table {
        var table = Table(
            .init(title: "table"), .init(title: "part"), .init(title: "from"),
            .init(title: "to"), .init(title: "rows", alignment: .right),
            .init(title: "MiB", alignment: .right), .init(title: ""))
        table.rows = self.map { part in
            [
                part.table, part.name, part.begin.map { "\($0.day)" } ?? "",
                part.end.map { "\($0.day)" } ?? "",
                part.rows.map(String.init) ?? "?", "\(part.bytes >> 20)",
                part.isHalfDetached ? "half detached" : "",
            ]
        }
        return table
    }
}

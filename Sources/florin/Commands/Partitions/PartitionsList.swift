internal import ArgumentParser
internal import ServiceKit

struct PartitionsList: PartitionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the parts by table and time.",
        discussion: """
            Rows are as the database last counted them.

            Example:
              florin partitions list payment
            """)

    @OptionGroup var partitions: PartitionOptions

    func execute(_ store: PartitionStore) async throws {
        var parts: [Partition] = []
        for table in try await store.tables() { parts += try await store.parts(of: table) }
        self.show(parts, empty: "no table is parted")
    }
}

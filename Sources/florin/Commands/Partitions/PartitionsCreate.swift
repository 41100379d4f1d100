internal import ArgumentParser
internal import Identifiers
internal import ServiceKit

struct PartitionsCreate: PartitionCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make the parts of the times to come.",
        discussion: """
            `florin migrate` does so for the coming year. Nothing happens where all is there, so \
            it may run as often as one likes.

            Examples:
              florin partitions create payment
              florin partitions create payment --until 2028-01-01
            """)

    @OptionGroup var partitions: PartitionOptions
    @Option(
        help: ArgumentHelp("Up to when; a year from now by default.", valueName: "time"),
        transform: PeriodOptions.moment)
    var until: Timestamp?

    func execute(_ store: PartitionStore) async throws {
        let made = try await store.create(
            until: self.until ?? store.usualEnd(at: SystemClock().now()))
        self.show(made, empty: "nothing to do")
    }
}

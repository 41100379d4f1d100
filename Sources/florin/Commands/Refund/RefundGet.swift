internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct RefundGet: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Look up a refund.",
        discussion: """
            Example:
              florin refund get re_...

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The refund.", valueName: "re_...")) var refund: String
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .refund) { channel in
            try await RefundServiceClient(channel).getRefund(
                RefundV1.GetRefundRequest(refundID: self.refund), options: self.callOptions)
        }
        let refund = response.refund ?? RefundV1.Refund()
        self.show(refund, refund.record)
    }
}

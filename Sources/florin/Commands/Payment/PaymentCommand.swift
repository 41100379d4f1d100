internal import ArgumentParser

struct PaymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payment",
        abstract: "Create, process, capture, cancel and look up payments.",
        discussion: ExitStatus.help,
        subcommands: [
            PaymentCreate.self, PaymentProcess.self, PaymentCapture.self, PaymentCancel.self,
            PaymentGet.self, PaymentList.self, PaymentFreeze.self,
            PaymentUnfreeze.self,
        ])
}

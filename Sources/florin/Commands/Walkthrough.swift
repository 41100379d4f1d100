internal import ArgumentParser
internal import DevSystem

struct Walkthrough: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "walkthrough",
        abstract: "Start the system and take real payments through it, step by step.",
        discussion: """
            Prints each command that it runs, which you could type too, with its real output, and \
            checks every result. Ends with the books in balance.

            Examples:
              florin walkthrough
              florin walkthrough --stay

            Exit status: 0 when every step came out as it should, 1 when one did not.
            """)

    @OptionGroup var options: DevOptionGroup
    @Flag(help: "Leave the system running afterwards, until Ctrl-C.") var stay = false

    func run() async throws {
        do {
            let stay = self.stay
            try await RunningSystem.run(self.options.devOptions()) { system in
                let tour = Tour(layout: system.options.layout, services: system.options.services)
                try await tour.run()
                guard stay else { return }
                Console.say(DevGreeting.text(for: system.options.layout, isDetached: false))
                await RunningSystem.untilInterrupted()
            }
        } catch {
            let failure = Failure(error)
            Console.complain(failure.text)
            throw failure.status.code
        }
    }
}

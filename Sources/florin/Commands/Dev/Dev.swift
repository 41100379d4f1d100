internal import ArgumentParser
internal import DevSystem
internal import Foundation

struct Dev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev",
        abstract: "Run the whole system on this machine.",
        discussion: """
            Makes certificates, starts a private PostgreSQL and every service as a process of its \
            own, and stops all of them at Ctrl-C. Everything lies in one data folder; dev.json in \
            it tells programs where everything is.

            Examples:
              florin dev
              florin dev --detach
              florin dev --base-port 7500 --peer-proxy payment:acquirer=127.0.0.1:9999
              florin dev stop

            Exit status: 0 stopped in order, 1 failed, 64 a wrong argument.
            """,
        subcommands: [DevStart.self, DevStop.self], defaultSubcommand: DevStart.self)
}

struct DevStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start the system; what florin dev does.")

    @OptionGroup var options: DevOptionGroup
    @Flag(help: "Come back when the system is ready, and leave it running.") var detach = false

    func run() async throws {
        do {
            self.detach ? try await self.startDetached() : try await self.runHere()
        } catch let exit as ExitCode {
            throw exit
        } catch {
            let failure = Failure(error)
            Console.complain(failure.text)
            throw failure.status.code
        }
    }

    private func runHere() async throws {
        try await RunningSystem.run(self.options.devOptions()) { system in
            Console.say(DevGreeting.text(for: system.options.layout, isDetached: false))
            await RunningSystem.untilInterrupted()
        }
    }

    private func startDetached() async throws {
        let options = try self.options.devOptions()
        var arguments = Array(CommandLine.arguments.dropFirst())
        arguments.removeAll { $0 == "--detach" }
        _ = try await DetachedStart.run(
            arguments: arguments, layout: options.layout, limit: options.startLimit * 2)
        Console.say(DevGreeting.text(for: options.layout, isDetached: true))
    }
}

struct DevStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop the system that runs on the data folder.",
        discussion: "Example:\n  florin dev stop --data .florin")

    @Option(help: "The data folder; FLORIN_DATA or .florin when it is not given.")
    var data: String?

    func run() async throws {
        do {
            try await DevSystem.stopRunning(on: DevLayout(data: DataFolder.path(self.data)))
            Console.say("stopped")
        } catch {
            let failure = Failure(error)
            Console.complain(failure.text)
            throw failure.status.code
        }
    }
}

/// What is said when the system is ready.
enum DevGreeting {
    static func text(for layout: DevLayout, isDetached: Bool) -> String {
        let here = DevLayout(data: ".florin") == layout
        let data = here ? "" : " --data \(layout.data)"
        let stop = isDetached ? "florin dev stop\(data)" : "Ctrl-C"
        return """

            Florin runs. Everything about it is in \(layout.state)
              try   florin payment create 100.00 USD --merchant acme\(data)
              see   florin health\(data)
              stop  \(stop)
            """
    }
}

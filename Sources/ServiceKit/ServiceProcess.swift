internal import Foundation
internal import Logging
internal import Metrics
internal import PrometheusMetrics
internal import ServiceLifecycle
internal import TLS

/// The process of one service. `services/<name>/main.swift` is one call of it.
package enum ServiceProcess {
    /// Runs the service until it is asked to stop, then ends the process with an ``ExitCode``.
    ///
    /// SIGTERM and SIGINT drain: health says NOT_SERVING, accepted calls finish, the process ends
    /// with 0. A second signal, or the drain limit, ends it at once.
    package static func main<Definition: ServiceDefinition>(
        _ definition: Definition.Type
    ) async -> Never {
        // A peer that went away is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") {
            print(ServiceHelp.text(for: definition))
            self.end(.stopped)
        }
        do {
            let settings = try Settings(
                arguments: arguments, environment: ProcessInfo.processInfo.environment)
            let configuration = try ServiceConfiguration(
                settings, role: definition.role, peers: definition.peers)
            await self.run(definition, configuration, settings)
            self.end(.failed)
        } catch {
            self.refuse(error, role: definition.role.rawValue)
        }
    }

    private static func run<Definition: ServiceDefinition>(
        _ definition: Definition.Type, _ configuration: ServiceConfiguration, _ settings: Settings
    ) async {
        let name = definition.role.rawValue
        LoggingSystem.bootstrap { _ in
            StructuredLogHandler(service: name, logLevel: configuration.logLevel)
        }
        let logger = Logger(label: name)
        // From the first moment on: a start that waits for its database can be stopped too.
        let stop = StopSignals(
            drainLimit: configuration.drainTimeout, watchesInput: configuration.stopsWithInput,
            logger: logger)
        await withTaskGroup(of: Void.self) { tasks in
            // Whichever has a code first ends the process: what is stuck cannot hold it up.
            tasks.addTask {
                if let code = await stop.watch() { self.end(code) }
            }
            tasks.addTask {
                self.end(
                    await self.serve(
                        definition, configuration, settings, stop: stop, logger: logger))
            }
        }
    }

    private static func serve<Definition: ServiceDefinition>(
        _ definition: Definition.Type, _ configuration: ServiceConfiguration, _ settings: Settings,
        stop: StopSignals, logger: Logger
    ) async -> ExitCode {
        do {
            let exposition = PrometheusMetrics(help: MetricMeanings.all)
            MetricsSystem.bootstrap(exposition)
            let runtime = try await ServiceRuntime.start(
                definition, configuration: configuration, settings: settings,
                metrics: exposition, exposition: exposition, logger: logger)
            let group = ServiceGroup(
                configuration: .init(services: runtime.services, logger: Self.quiet(logger)))
            logger.notice(
                "ready", metadata: ["address": "\(configuration.listenHost):\(runtime.port)"])
            await stop.handOver(to: group)
            try await group.run()
            logger.notice("stopped")
            return .stopped
        } catch let error as ConfigurationError {
            Self.complain("florin-\(definition.role.rawValue): \(error)")
            return .wrongConfiguration
        } catch {
            logger.critical("failed", metadata: ["error": "\(String(reflecting: error))"])
            return (error as? ServiceFailure)?.exitCode ?? .failed
        }
    }

    /// The group's own lines tell of each step of a shutdown: for debugging only.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private static func refuse(_ error: any Error, role: String) -> Never {
        self.complain("florin-\(role): \(error)")
        self.end(error is ConfigurationError ? .wrongConfiguration : .failed)
    }

    private static func complain(_ text: String) {
        StructuredLogHandler.writeToStandardError(text + "\n")
    }

    private static func end(_ code: ExitCode) -> Never { exit(code.rawValue) }
}

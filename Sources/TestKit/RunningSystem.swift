package import DevSystem
internal import Foundation
internal import Synchronization

/// Starts a whole system as `florin dev` does, every service a process, calls `body`, and stops
/// everything.
///
/// - Parameter configure: Changes the options, such as peers' addresses and settings.
package func withSystem<Result: Sendable>(
    _ configure: (inout DevOptions) -> Void = { _ in },
    _ body: @Sendable (DevSystem) async throws -> Result
) async throws -> Result {
    var options = DevOptions(layout: DevLayout(data: try TemporaryFolder.make("system")))
    options.basePort = TestPorts.nextBase()
    configure(&options)
    let system = try await DevSystem.start(options)
    do {
        let result = try await body(system)
        await system.stop()
        return result
    } catch {
        await system.stop()
        throw error
    }
}

/// Ports for systems of tests: below those that the kernel gives out by itself, apart from those of
/// other test processes, and different for each system of this one.
package enum TestPorts {
    private static let count = Mutex(0)

    /// A base port with nine ports above it that no other system of this process uses.
    package static func nextBase() -> Int {
        let number = self.count.withLock { count in
            count += 1
            return count
        }
        return 12_000 + Int(getpid()) % 90 * 200 + number % 20 * 10
    }
}

internal import SagaEngine
internal import ServiceLifecycle

/// What runs beside the front door: the engine, its store's writer, and the sweeps.
///
/// When the process is to stop, sagas stop after the step they are at and give up their leases;
/// the writer stops last, so that this is stored and another orchestrator can go on at once.
struct SagaDriver: Service {
    let engine: Engine<PostgresSagaStore>
    let writer: SagaWriter
    let expiry: ExpirySweep
    let reconciliation: ReconciliationSweep

    func run() async throws {
        await withTaskGroup { group in
            group.addTask { await writer.run() }
            group.addTask { await expiry.run() }
            group.addTask { await reconciliation.run() }
            await withGracefulShutdownHandler {
                await engine.run()
            } onGracefulShutdown: {
                engine.drain()
                expiry.stop()
                reconciliation.stop()
            }
            writer.finish()
            group.cancelAll()
        }
    }
}

internal import OrchestratorService
internal import ServiceKit

await ServiceProcess.main(Orchestrator.self)

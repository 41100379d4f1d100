internal import LedgerService
internal import ServiceKit

await ServiceProcess.main(LedgerDefinition.self)

internal import FXService
internal import ServiceKit

await ServiceProcess.main(FXDefinition.self)

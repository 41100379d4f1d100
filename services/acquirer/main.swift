internal import AcquirerSandbox
internal import ServiceKit

await ServiceProcess.main(AcquirerProcess.self)

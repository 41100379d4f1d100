internal import RefundService
internal import ServiceKit

await ServiceProcess.main(RefundProcess.self)

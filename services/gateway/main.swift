internal import GatewayService
internal import ServiceKit

await ServiceProcess.main(GatewayProcess.self)

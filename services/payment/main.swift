internal import PaymentService
internal import ServiceKit

await ServiceProcess.main(PaymentProcess.self)

internal import Messages
internal import ServiceKit

extension RefundV1.OpenRequest: OperationRequest {}
extension RefundV1.SubmitRequest: OperationRequest {}
extension RefundV1.CompleteRequest: OperationRequest {}
extension RefundV1.FailRequest: OperationRequest {}

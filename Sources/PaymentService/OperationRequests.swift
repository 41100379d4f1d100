internal import Messages
internal import ServiceKit

extension PaymentV1.BeginAttemptRequest: OperationRequest {}
extension PaymentV1.AuthorizeRequest: OperationRequest {}
extension PaymentV1.PurchaseRequest: OperationRequest {}
extension PaymentV1.CaptureRequest: OperationRequest {}
extension PaymentV1.VoidRequest: OperationRequest {}
extension PaymentV1.HoldRequest: OperationRequest {}
extension PaymentV1.CancelRequest: OperationRequest {}
extension PaymentV1.FailRequest: OperationRequest {}
extension PaymentV1.ReserveRefundRequest: OperationRequest {}
extension PaymentV1.ApplyRefundRequest: OperationRequest {}
extension PaymentV1.ReleaseRefundRequest: OperationRequest {}

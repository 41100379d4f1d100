package import ServiceKit

/// The keys under which the acquirer knows our operations: made of what is the same at any repeat.
package enum AcquirerReference {
    /// "pi_…/saga_…/authorize"
    ///
    /// - Parameter subject: The id of the payment or refund.
    package static func action(_ operation: Operation, on subject: String) -> String {
        "\(subject)/\(operation.sagaID)/\(operation.step)"
    }

    /// Of the number-th try to void: "pi_…/saga_…/void" for the step of that name, and
    /// "pi_…/saga_…/authorize/void" for the compensation of one that authorized; then "…/2".
    package static func void(_ operation: Operation, on subject: String, number: Int) -> String {
        let step = self.action(operation, on: subject)
        let first = operation.kind == .action ? step : "\(step)/void"
        return number == 1 ? first : "\(first)/\(number)"
    }
}

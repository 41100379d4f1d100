package import Messages
package import Money
package import RPC

extension Money {
    /// Takes an amount of a request.
    ///
    /// - Parameter field: The field's name in the request, for the error.
    /// - Throws: `INVALID_ARGUMENT` when it is missing or its currency is unknown.
    package init(_ wire: CommonV1.Money?, field: String) throws(RPCError) {
        guard let wire else { throw .invalidArgument(field: field, "must be given") }
        do {
            self.init(wire.minorUnits, try Currency.named(wire.currency))
        } catch {
            throw .invalidArgument(field: "\(field).currency", error.message)
        }
    }

    package var wire: CommonV1.Money {
        CommonV1.Money(minorUnits: self.minorUnits, currency: self.currency.code)
    }
}

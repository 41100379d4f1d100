package import Identifiers
package import RPC

extension Identifier {
    /// Takes an id of a request.
    ///
    /// - Parameter field: The field's name in the request, for the error.
    /// - Throws: `INVALID_ARGUMENT` when it is not an id of this kind.
    package init(_ text: String, field: String) throws(RPCError) {
        do {
            try self.init(parsing: text)
        } catch {
            throw .invalidArgument(field: field, error.description)
        }
    }
}

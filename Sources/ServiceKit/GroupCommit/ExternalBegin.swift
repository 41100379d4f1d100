package import Wire

/// What an operation with effects outside of the database finds when it begins.
package enum ExternalBegin<Response: Message>: Hashable, Sendable {
    /// It is new: the effect may go out, and ``OperationStore/finishExternal(_:needs:_:)`` follows.
    case fresh
    /// It began before and nobody knows how it ended: find out from the other side first.
    case unfinished
    /// It is done, or there was nothing to undo.
    case answered(Response)
}

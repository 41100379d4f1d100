internal import TLS

/// The methods of `florin.rpc.v1.Connection`: each server answers them itself, from the state of
/// the connection they come on.
enum ConnectionMethods {
    enum Method: String, CaseIterable, Hashable, Sendable {
        case ping = "Ping"
        case awaitDrain = "AwaitDrain"
        case cancel = "Cancel"
        case grant = "Grant"
        case awaitRoom = "AwaitRoom"

        var descriptor: MethodDescriptor {
            switch self {
            case .ping: ConnectionMethods.ping
            case .awaitDrain: ConnectionMethods.awaitDrain
            case .cancel: ConnectionMethods.cancel
            case .grant: ConnectionMethods.grant
            case .awaitRoom: ConnectionMethods.awaitRoom
            }
        }
    }

    static let ping = describe(.ping)
    static let awaitDrain = describe(.awaitDrain)
    static let cancel = describe(.cancel)
    static let grant = describe(.grant)
    static let awaitRoom = describe(.awaitRoom)

    /// In a streaming request: the client counts what it takes, and this is what may come first.
    static let windowKey = "florin-window"

    private static func describe(_ method: Method) -> MethodDescriptor {
        MethodDescriptor(
            service: "florin.rpc.v1.Connection", name: method.rawValue,
            callers: Set(Role.allCases), isIdempotent: true)
    }
}

internal import DevSystem
internal import DynamicMessages
internal import Money
internal import RPC
internal import ServiceKit
internal import TLS

/// What a command prints on standard error when it did not do what was asked.
struct Failure: Error {
    var status: ExitStatus
    var message: String
    /// Names of wrong fields with what is wrong.
    var fields: [(name: String, problem: String)] = []
    /// The stable name of the error; it has a page in `docs/errors/`.
    var reason: String?
    /// What to do next.
    var hint: String?

    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as RPCError: self.init(rpc: error)
        case let error as DevError: self.init(.failed, error.message, hint: error.hint)
        case let error as DynamicError: self.init(.usage, "\(error)")
        case let error as MoneyError: self.init(.usage, "amount: \(error.message)")
        case let error as PartitionError: self.init(.refused, error.description)
        case let error as ConfigurationError: self.init(.usage, error.description)
        case let error as TLSError:
            self.init(
                .failed, "\(error)", hint: "Certificates are made by florin dev or florin certs.")
        default: self.init(.failed, "\(error)")
        }
    }

    private init(rpc error: RPCError) {
        self.init(ExitStatus(error), error.message, hint: Self.hint(for: error))
        self.fields = error.violations.map { ($0.field, $0.description) }
        self.reason = error.reason?.rawValue
    }

    private static func hint(for error: RPCError) -> String? {
        switch error.code {
        case .unavailable: "See which service does not answer with: florin health"
        case .deadlineExceeded:
            "It may have been done. Look before trying again, or give --timeout."
        case .permissionDenied:
            "The certificate's role may not do this. Choose another role with --role."
        case .internal: "The service's log tells more; its path is in dev.json."
        default: nil
        }
    }

    /// The lines for people.
    var text: String {
        var lines = ["error: \(self.message)"]
        lines += self.fields.map { "  field  \($0.name): \($0.problem)" }
        if let reason { lines.append("  reason \(reason) (docs/errors/\(reason).md)") }
        if let hint { lines.append("  next   \(hint)") }
        return lines.joined(separator: "\n")
    }

    /// The document for programs.
    var json: JSONValue {
        .object([
            (
                "error",
                .object([
                    ("message", .text(self.message)),
                    ("reason", self.reason.map(JSONValue.text) ?? .null),
                    (
                        "fields",
                        .array(
                            self.fields.map {
                                .object([("name", .text($0.name)), ("problem", .text($0.problem))])
                            })
                    ),
                    ("next", self.hint.map(JSONValue.text) ?? .null),
                    ("exit_status", .integer(Int64(self.status.rawValue))),
                ])
            )
        ])
    }
}

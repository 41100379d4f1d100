internal import Messages
internal import Wire

/// How an error travels: a `google.rpc.Status` with an `ErrorInfo` for programs and, for wrong
/// fields, a `BadRequest`.
extension RPCError {
    private static let domain = "florin"
    private static let typePrefix = "type.googleapis.com/"
    /// In `ErrorInfo.metadata`, when the server knows that no handler has begun.
    private static let notRunKey = "not_run"

    var status: GoogleRPC.Status {
        var details: [GoogleProtobuf.`Any`] = []
        if self.reason != nil || !self.metadata.isEmpty || !self.mayHaveRun {
            details.append(Self.detail(self.errorInfo))
        }
        if !self.violations.isEmpty {
            let violations = self.violations.map {
                GoogleRPC.BadRequest.FieldViolation(field: $0.field, description: $0.description)
            }
            details.append(Self.detail(GoogleRPC.BadRequest(fieldViolations: violations)))
        }
        return GoogleRPC.Status(code: self.code.rawValue, message: self.message, details: details)
    }

    /// Reads what a server sent. Details that cannot be read are left out: the code stands.
    init(status: GoogleRPC.Status) {
        // An unknown code, and OK with an error's details, are a server's mistakes.
        let code = Code(rawValue: status.code) ?? .unknown
        self.init(code: code == .ok ? .unknown : code, message: status.message)
        for detail in status.details {
            switch detail.typeURL {
            case Self.typePrefix + GoogleRPC.ErrorInfo.messageName:
                if let info = try? GoogleRPC.ErrorInfo(decoding: detail.value) { self.read(info) }
            case Self.typePrefix + GoogleRPC.BadRequest.messageName:
                if let wrong = try? GoogleRPC.BadRequest(decoding: detail.value) {
                    self.violations = wrong.fieldViolations.map {
                        FieldViolation(field: $0.field, description: $0.description)
                    }
                }
            default:
                continue
            }
        }
    }

    private var errorInfo: GoogleRPC.ErrorInfo {
        var metadata = self.metadata
        if !self.mayHaveRun { metadata[Self.notRunKey] = "true" }
        return GoogleRPC.ErrorInfo(
            reason: self.reason?.rawValue ?? "", domain: Self.domain,
            metadata: metadata.sorted { $0.key < $1.key }.map {
                GoogleRPC.ErrorInfo.MetadataEntry(key: $0.key, value: $0.value)
            })
    }

    private mutating func read(_ info: GoogleRPC.ErrorInfo) {
        if !info.reason.isEmpty { self.reason = ErrorReason(rawValue: info.reason) }
        for entry in info.metadata { self.metadata[entry.key] = entry.value }
        if self.metadata.removeValue(forKey: Self.notRunKey) != nil { self.mayHaveRun = false }
    }

    private static func detail(_ message: some Message) -> GoogleProtobuf.`Any` {
        GoogleProtobuf.`Any`(
            typeURL: self.typePrefix + type(of: message).messageName, value: message.encoded())
    }
}

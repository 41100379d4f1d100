/// The protos of one run, as Swift values.
struct Schema {
    var files: [ProtoFile] = []
    /// Where each message and enum is declared, by full name ("florin.common.v1.Money").
    var types: [String: ProtoTypeName] = [:]
    /// Values of `florin.options.v1.Role` ("ROLE_PAYMENT"), by number.
    var roleNames: [Int32: String] = [:]
}

/// A message's or an enum's name, split into its package and the types it is nested in.
struct ProtoTypeName: Hashable {
    let package: String
    let path: [String]

    /// `florin.payment.v1.Charge.Status`
    var fullName: String { ([self.package] + self.path).joined(separator: ".") }

    func nested(_ name: String) -> ProtoTypeName {
        ProtoTypeName(package: self.package, path: self.path + [name])
    }
}

struct ProtoFile {
    let name: String
    let package: String
    /// Whether protoc was asked for it; otherwise it is only imported.
    let isWanted: Bool
    let messages: [ProtoMessage]
    let enums: [ProtoEnum]
    let services: [ProtoService]
}

struct ProtoMessage {
    let name: ProtoTypeName
    let comment: String
    let fields: [ProtoField]
    let oneofs: [ProtoOneof]
    let messages: [ProtoMessage]
    let enums: [ProtoEnum]
}

struct ProtoOneof {
    let name: String
    let comment: String
}

struct ProtoField {
    enum Kind: Hashable {
        /// A number that C and Swift have alike: its Swift type.
        case number(String)
        case bool, string, bytes
        case message(ProtoTypeName)
        case enumeration(ProtoTypeName)
    }

    let name: String
    let number: Int32
    let kind: Kind
    let isRepeated: Bool
    /// Index of the oneof it belongs to.
    let oneof: Int?
    let comment: String
}

struct ProtoEnum {
    struct Value {
        let name: String
        let number: Int32
        let comment: String
    }

    let name: ProtoTypeName
    let comment: String
    let values: [Value]
}

struct ProtoService {
    let name: String
    let package: String
    let comment: String
    let methods: [ProtoMethod]
}

struct ProtoMethod {
    /// By which sides send more than one message; written as `MethodDescriptor.Kind` has it.
    enum Kind: String {
        case unary, clientStreaming, serverStreaming, bidirectional

        init(clientStreams: Bool, serverStreams: Bool) {
            switch (clientStreams, serverStreams) {
            case (false, false): self = .unary
            case (true, false): self = .clientStreaming
            case (false, true): self = .serverStreaming
            case (true, true): self = .bidirectional
            }
        }
    }

    let name: String
    let kind: Kind
    let comment: String
    let input: ProtoTypeName
    let output: ProtoTypeName
    let policy: MethodPolicy
}

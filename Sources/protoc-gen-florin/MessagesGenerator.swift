/// Writes the messages and enums of the wanted protos: a file for each proto, one with the
/// packages' namespaces, and one with a list of all.
struct MessagesGenerator {
    private let schema: Schema
    private let options: PluginOptions

    init(_ schema: Schema, _ options: PluginOptions) {
        self.schema = schema
        self.options = options
    }

    func files() throws(PluginError) -> [OutputFile] {
        try RecursionCheck.check(self.schema)
        let wanted = self.schema.files.filter(\.isWanted)
        let protos = wanted.filter { !$0.messages.isEmpty || !$0.enums.isEmpty }
        return protos.map(self.generate)
            + [self.namespaces(of: protos), self.catalogue(of: protos)]
    }

    /// For whoever does the same with every message, such as a fuzzer.
    private func catalogue(of files: [ProtoFile]) -> OutputFile {
        func names(_ messages: [ProtoMessage]) -> [String] {
            messages.flatMap { [SwiftNames.type($0.name)] + names($0.messages) }
        }
        var writer = SourceWriter(source: "", imports: ["package import Wire"])
        writer.line()
        writer.documentation(" Every message of this module.")
        writer.block("package enum MessageCatalogue") { writer in
            writer.line("package static let all: [any Message.Type] = [")
            writer.indented { writer in
                for name in files.flatMap({ names($0.messages) }).sorted() {
                    writer.line("\(name).self,")
                }
            }
            writer.line("]")
        }
        return OutputFile(name: "Catalogue.swift", content: writer.text)
    }

    private func generate(_ file: ProtoFile) -> OutputFile {
        var writer = SourceWriter(
            source: file.name,
            imports: [
                "internal import \(self.options.cModule)", "internal import CProtobufC",
                "package import Wire",
            ])
        for found in file.enums { EnumWriter(found).write(to: &writer) }
        for message in file.messages { self.write(message, to: &writer) }
        return OutputFile(name: Self.fileName(file), content: writer.text)
    }

    private func write(_ message: ProtoMessage, to writer: inout SourceWriter) {
        MessageWriter(message).write(to: &writer)
        CodecWriter(message).write(to: &writer)
        for found in message.enums { EnumWriter(found).write(to: &writer) }
        for nested in message.messages { self.write(nested, to: &writer) }
    }

    private func namespaces(of files: [ProtoFile]) -> OutputFile {
        var writer = SourceWriter(source: "", imports: [])
        for package in Set(files.map(\.package)).sorted() {
            writer.documentation(" The messages of the package `\(package)`.")
            writer.line("package enum \(SwiftNames.namespace(package)) {}")
            writer.line()
        }
        return OutputFile(name: "Namespaces.swift", content: writer.text)
    }

    /// `florin/payment/v1/payment_service.proto` → `PaymentV1+payment_service.swift`: file names
    /// have to be unique in a module.
    static func fileName(_ file: ProtoFile) -> String {
        let base = file.name.split(separator: "/").last ?? ""
        return "\(SwiftNames.namespace(file.package))+\(base.dropLast(".proto".count)).swift"
    }
}

/// Refuses messages that hold themselves in fields that are not repeated: as Swift structs they
/// would have no end.
enum RecursionCheck {
    static func check(_ schema: Schema) throws(PluginError) {
        var inner: [ProtoTypeName: Set<ProtoTypeName>] = [:]
        for file in schema.files {
            for message in file.messages { Self.collect(message, into: &inner) }
        }
        for name in inner.keys.sorted(by: { $0.fullName < $1.fullName }) {
            var reached: Set<ProtoTypeName> = []
            var next = inner[name] ?? []
            while let found = next.popFirst() {
                guard reached.insert(found).inserted else { continue }
                next.formUnion(inner[found] ?? [])
            }
            if reached.contains(name) {
                throw PluginError("\(name.fullName) holds itself: make the field repeated")
            }
        }
    }

    private static func collect(
        _ message: ProtoMessage, into inner: inout [ProtoTypeName: Set<ProtoTypeName>]
    ) {
        for field in message.fields where !field.isRepeated {
            if case .message(let name) = field.kind {
                inner[message.name, default: []].insert(name)
            }
        }
        for nested in message.messages { Self.collect(nested, into: &inner) }
    }
}

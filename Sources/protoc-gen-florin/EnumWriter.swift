/// Writes an enum as an open Swift struct.
struct EnumWriter {
    private let proto: ProtoEnum

    init(_ proto: ProtoEnum) { self.proto = proto }

    func write(to writer: inout SourceWriter) {
        let name = SwiftNames.nested(self.proto.name.path.last ?? "")
        let names = self.proto.shortNames
        writer.line()
        writer.block("extension \(SwiftNames.scope(self.proto.name))") { writer in
            writer.documentation(
                self.proto.comment, orElse: "The values of `\(self.proto.name.fullName)`.")
            writer.block("package struct \(name): MessageEnum") { writer in
                writer.line("package var rawValue: Int32")
                writer.line()
                writer.line("package init(rawValue: Int32) { self.rawValue = rawValue }")
                writer.line()
                for (value, short) in zip(self.proto.values, names) {
                    writer.documentation(value.comment)
                    writer.line(
                        "package static let \(SwiftNames.property(short)) = "
                            + "\(name)(rawValue: \(value.number))")
                }
                writer.line()
                writer.documentation(" Every value that the proto names.")
                let all = names.map { "." + SwiftNames.property($0) }.joined(separator: ", ")
                writer.line("package static let allCases: [\(name)] = [\(all)]")
                writer.line()
                self.writeDescription(names, to: &writer)
                writer.line()
                self.writeNameInitializer(names, to: &writer)
            }
        }
    }

    private func writeDescription(_ names: [String], to writer: inout SourceWriter) {
        writer.block("package var description: String") { writer in
            writer.block("switch self.rawValue") { writer in
                for (value, short) in zip(self.proto.values, names) {
                    writer.line("case \(value.number): \"\(short)\"")
                }
                writer.line("default: \"unrecognized_\\(self.rawValue)\"")
            }
        }
    }

    private func writeNameInitializer(_ names: [String], to writer: inout SourceWriter) {
        writer.block("package init?(name: String)") { writer in
            writer.block("switch name") { writer in
                for (value, short) in zip(self.proto.values, names) {
                    writer.line("case \"\(short)\": self.init(rawValue: \(value.number))")
                }
                writer.line("default: return nil")
            }
        }
    }
}

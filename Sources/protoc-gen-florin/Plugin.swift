internal import CMessages
internal import CProtobufC
internal import Glibc

/// What this run is to write, by `--florin_out=OPTIONS:FOLDER`.
struct PluginOptions: Hashable {
    enum Product: String { case messages, stubs }

    var product: Product
    /// The module of protoc-c's output that the messages stand on.
    var cModule = "CMessages"
    /// The module of the messages that the stubs stand on.
    var messagesModule = "Messages"

    /// - Parameter text: "messages,c-module=CMessages" or "stubs,messages-module=Messages".
    init(parsing text: String) throws(PluginError) {
        let words = text.split(separator: ",").map(String.init)
        guard let first = words.first, let product = Product(rawValue: first) else {
            throw PluginError("say what to generate: messages or stubs, not \"\(text)\"")
        }
        self.product = product
        for word in words.dropFirst() {
            let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { throw PluginError("unknown option \"\(word)\"") }
            switch pair[0] {
            case "c-module": self.cModule = pair[1]
            case "messages-module": self.messagesModule = pair[1]
            default: throw PluginError("unknown option \"\(word)\"")
            }
        }
    }
}

/// Something in the protos that cannot be generated. protoc shows the text to the user.
struct PluginError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A file to write, relative to protoc's output folder.
struct OutputFile {
    let name: String
    let content: String
}

enum Plugin {
    static func main() {
        let input = Self.readAll(STDIN_FILENO)
        var output: [UInt8] = []
        do {
            output = Self.pack(files: try Self.generate(input), error: nil)
        } catch {
            output = Self.pack(files: [], error: error.description)
        }
        Self.writeAll(STDOUT_FILENO, output)
    }

    private static func generate(_ input: [UInt8]) throws(PluginError) -> [OutputFile] {
        let request = unsafe google__protobuf__compiler__code_generator_request__unpack(
            nil, input.count, input)
        guard let request = unsafe request else {
            throw PluginError("what protoc sent is not a CodeGeneratorRequest")
        }
        defer {
            unsafe google__protobuf__compiler__code_generator_request__free_unpacked(request, nil)
        }
        let options = try PluginOptions(
            parsing: unsafe request.pointee.parameter.map { unsafe String(cString: $0) } ?? "")
        let schema = try unsafe SchemaReader.read(request)
        switch options.product {
        case .messages: return try MessagesGenerator(schema, options).files()
        case .stubs: return try StubsGenerator(schema, options).files()
        }
    }

    /// The bytes of a CodeGeneratorResponse.
    private static func pack(files: [OutputFile], error: String?) -> [UInt8] {
        typealias File = Google__Protobuf__Compiler__CodeGeneratorResponse__File
        var response = unsafe Google__Protobuf__Compiler__CodeGeneratorResponse()
        unsafe google__protobuf__compiler__code_generator_response__init(&response)

        // The process ends after this: what is allocated here is the system's to take back.
        unsafe response.error = error.flatMap { unsafe strdup($0) }
        let pointers = UnsafeMutableBufferPointer<UnsafeMutablePointer<File>?>.allocate(
            capacity: files.count)
        for (index, file) in files.enumerated() {
            let packed = UnsafeMutablePointer<File>.allocate(capacity: 1)
            unsafe google__protobuf__compiler__code_generator_response__file__init(packed)
            unsafe packed.pointee.name = strdup(file.name)
            unsafe packed.pointee.content = strdup(file.content)
            unsafe pointers[index] = unsafe packed
        }
        unsafe response.n_file = files.count
        unsafe response.file = pointers.baseAddress

        let size = unsafe google__protobuf__compiler__code_generator_response__get_packed_size(
            &response)
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = unsafe google__protobuf__compiler__code_generator_response__pack(
                &response, buffer.baseAddress)
        }
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count <= 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            if count <= 0 { exit(1) }
            rest = rest.dropFirst(count)
        }
    }
}

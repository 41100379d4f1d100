import DynamicMessages
import Foundation
import Messages
import Stubs
import Testing
import Wire

@Suite("Messages by description")
struct DynamicMessagesTests {
    private static func descriptors() throws -> Descriptors {
        let data = try #require(Data(base64Encoded: ProtoDescriptors.base64))
        return try Descriptors([UInt8](data))
    }

    @Test("Every message of the system is described, with its services")
    func complete() throws {
        let descriptors = try Self.descriptors()
        for type in MessageCatalogue.all {
            #expect(descriptors.messages[type.messageName] != nil, "\(type.messageName)")
        }
        let service = try #require(descriptors.services["florin.ledger.v1.LedgerService"])
        #expect(service.methods.map(\.name).contains("TrialBalance"))
    }

    @Test("JSON becomes the bytes that the generated message reads, and comes back")
    func roundTrip() throws {
        let descriptors = try Self.descriptors()
        let text = """
            {"service": "a.b", "method": "ü", "payload": "AQID", "timeout_nano": "-5",
             "metadata": [{"key": "k", "value": "v"}, {"key": "", "value": "w"}]}
            """
        let bytes = try DynamicEncoder(descriptors)
            .encode(try DynamicValue(parsing: text), as: "ttrpc.Request")
        let request = try TTRPC.Request(decoding: bytes)
        #expect(request.service == "a.b")
        #expect(request.method == "ü")
        #expect(request.payload == [1, 2, 3])
        #expect(request.timeoutNano == -5)
        #expect(request.metadata.map(\.value) == ["v", "w"])
        let back = try DynamicDecoder(descriptors).decode(bytes, as: "ttrpc.Request")
        guard case .object(let members) = back else {
            Issue.record("\(back)")
            return
        }
        #expect(members.first { $0.name == "timeoutNano" }?.value == .text("-5"))
        #expect(members.first { $0.name == "payload" }?.value == .text("AQID"))
    }

    @Test("Enums go by name or number, both ways")
    func enums() throws {
        let descriptors = try Self.descriptors()
        let type = "grpc.health.v1.HealthCheckResponse"
        for text in [#"{"status": "SERVING"}"#, #"{"status": 1}"#] {
            let bytes = try DynamicEncoder(descriptors)
                .encode(try DynamicValue(parsing: text), as: type)
            #expect(bytes == [8, 1])
        }
        let known = try DynamicDecoder(descriptors).decode([8, 1], as: type)
        #expect(known == .object([.init("status", .text("SERVING"))]))
        let unknown = try DynamicDecoder(descriptors).decode([8, 99], as: type)
        #expect(unknown == .object([.init("status", .number("99"))]))
    }

    @Test(
        "What does not fit is refused with its path",
        arguments: [
            (#"{"nope": 1}"#, "nope"), (#"{"service": 1}"#, "service"),
            (#"{"payload": "*"}"#, "payload"), (#"{"timeoutNano": 1.5}"#, "timeoutNano"),
            (#"{"timeoutNano": "9223372036854775808"}"#, "timeoutNano"),
            (#"{"metadata": {}}"#, "metadata"), (#"{"metadata": [1]}"#, "metadata[0]"),
            (#"{"metadata": [{"key": true}]}"#, "metadata[0].key"), ("[]", "must be an object"),
        ])
    func refuses(text: String, path: String) throws {
        let descriptors = try Self.descriptors()
        let value = try DynamicValue(parsing: text)
        let error = #expect(throws: DynamicError.self) {
            try DynamicEncoder(descriptors).encode(value, as: "ttrpc.Request")
        }
        #expect(error?.description.hasPrefix(path) == true, "\(String(describing: error))")
    }

    @Test("Text that is no JSON is refused", arguments: ["", "{", "{\"a\":}", "nope"])
    func notJSON(text: String) {
        #expect(throws: DynamicError.self) { try DynamicValue(parsing: text) }
    }

    @Test("Damaged bytes are refused or read, and never fatal")
    func damaged() throws {
        let descriptors = try Self.descriptors()
        var random = SystemRandomNumberGenerator()
        for type in MessageCatalogue.all {
            for _ in 0..<50 {
                let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                _ = try? DynamicDecoder(descriptors).decode(bytes, as: type.messageName)
                _ = try? Descriptors(bytes)
            }
        }
    }
}

internal import Foundation

/// A JSON document, as text has it: numbers keep all their digits.
package enum DynamicValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number's text.
    case number(String)
    case text(String)
    case array([DynamicValue])
    /// Members in order.
    case object([Member])

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: DynamicValue

        package init(_ name: String, _ value: DynamicValue) {
            self.name = name
            self.value = value
        }
    }

    /// - Throws: ``DynamicError`` when `text` is no JSON document.
    package init(parsing text: String) throws(DynamicError) {
        let value: Any
        do {
            value = try JSONDecoder().decode(Decoded.self, from: Data(text.utf8)).value
        } catch {
            throw DynamicError(path: "", "this is no JSON document: \(Self.told(error))")
        }
        guard let value = value as? DynamicValue else {
            throw DynamicError(path: "", "this is no JSON document")
        }
        self = value
    }

    private static func told(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error else { return "\(error)" }
        return context.debugDescription
    }

    private struct Decoded: Decodable {
        let value: DynamicValue

        struct Name: CodingKey {
            let stringValue: String
            let intValue: Int? = nil

            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { return nil }
        }

        init(from decoder: any Decoder) throws {
            if let object = try? decoder.container(keyedBy: Name.self) {
                self.value = .object(
                    try object.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
                        Member($0.stringValue, try object.decode(Decoded.self, forKey: $0).value)
                    })
                return
            }
            if var array = try? decoder.unkeyedContainer() {
                var values: [DynamicValue] = []
                while !array.isAtEnd { values.append(try array.decode(Decoded.self).value) }
                self.value = .array(values)
                return
            }
            let single = try decoder.singleValueContainer()
            if single.decodeNil() {
                self.value = .null
            } else if let value = try? single.decode(Bool.self) {
                self.value = .bool(value)
            } else if let value = try? single.decode(String.self) {
                self.value = .text(value)
            } else if let value = try? single.decode(Int64.self) {
                self.value = .number("\(value)")
            } else if let value = try? single.decode(UInt64.self) {
                self.value = .number("\(value)")
            } else {
                self.value = .number("\(try single.decode(Double.self))")
            }
        }
    }
}

internal import Messages
internal import Wire

extension JSONValue {
    /// A message with the field names of its proto, in their order: what a proto promises to keep,
    /// the JSON output promises too.
    ///
    /// Enumerations are their names, 128-bit numbers 32 hexadecimal digits, bytes likewise.
    init(_ message: any Message) {
        if let number = message as? LedgerV1.Uint128 {
            self = .text(number.hexadecimal)
            return
        }
        self = .object(
            Mirror(reflecting: message).children.compactMap { child in
                child.label.map { (Self.fieldName($0), JSONValue(field: child.value)) }
            })
    }

    private init(field value: Any) {
        switch value {
        case let value as String: self = .text(value)
        case let value as Bool: self = .bool(value)
        case let value as Int64: self = .integer(value)
        case let value as Int32: self = .integer(Int64(value))
        case let value as UInt32: self = .integer(Int64(value))
        case let value as UInt64: self = .text("\(value)")
        case let value as [UInt8]: self = .text(value.map(Hexadecimal.digits).joined())
        case let value as any Message: self.init(value)
        case let value as any RawRepresentable: self = .text("\(value)")
        default:
            let mirror = Mirror(reflecting: value)
            switch mirror.displayStyle {
            case .optional: self = mirror.children.first.map { .init(field: $0.value) } ?? .null
            case .collection: self = .array(mirror.children.map { .init(field: $0.value) })
            default: self = .text("\(value)")
            }
        }
    }

    /// `createdAtUs` is `created_at_us` in the proto, `paymentID` is `payment_id`.
    static func fieldName(_ property: String) -> String {
        var name = ""
        var previousIsUpper = false
        for character in property {
            if character.isUppercase, !previousIsUpper, !name.isEmpty { name += "_" }
            previousIsUpper = character.isUppercase
            name += character.lowercased()
        }
        return name
    }
}

enum Hexadecimal {
    static func digits(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }

    static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension LedgerV1.Uint128 {
    /// 32 digits.
    var hexadecimal: String { Hexadecimal.digits(self.high) + Hexadecimal.digits(self.low) }
}

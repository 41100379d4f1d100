/// How protos' names are written in Swift.
enum SwiftNames {
    private static let reserved: Set<String> = [
        "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer",
        "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
        "func", "guard", "if", "import", "in", "inout", "internal", "is", "let", "nil", "operator",
        "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return",
        "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try",
        "typealias", "var", "where", "while",
    ]
    /// Names with a meaning of their own after a dot, which backticks would not take away.
    private static let taken: Set<String> = ["init", "self", "Self", "Type", "Protocol"]

    /// The namespace of a package: `florin.payment.v1` → `PaymentV1`, `google.rpc` → `GoogleRPC`.
    static func namespace(_ package: String) -> String {
        switch package {
        case "ttrpc": return "TTRPC"
        case "google.rpc": return "GoogleRPC"
        case "google.protobuf": return "GoogleProtobuf"
        default: break
        }
        var words = package.split(separator: ".").map(String.init)
        if words.count > 1 { words.removeFirst() }
        return words.map { $0 == "fx" ? "FX" : Self.capitalized($0) }.joined()
    }

    /// `PaymentV1.Charge.Status`
    static func type(_ name: ProtoTypeName) -> String {
        ([Self.namespace(name.package)] + name.path.map(Self.nested)).joined(separator: ".")
    }

    /// One step of a type's path.
    static func nested(_ name: String) -> String {
        if Self.taken.contains(name) { return name + "_" }
        return name == "Any" ? "`Any`" : name
    }

    /// The type that the declaration stands in: `PaymentV1.Charge` for its nested `Status`.
    static func scope(_ name: ProtoTypeName) -> String {
        Self.type(ProtoTypeName(package: name.package, path: Array(name.path.dropLast())))
    }

    /// `payment_id` → `paymentID`, `created_at_us` → `createdAtUs`, `in` → `` `in` ``.
    static func property(_ name: String) -> String {
        let camel = Self.camel(name)
        if Self.taken.contains(camel) { return camel + "_" }
        return Self.reserved.contains(camel) ? "`\(camel)`" : camel
    }

    /// `CreatePayment` → `createPayment`
    static func method(_ name: String) -> String {
        Self.property(name.prefix(1).lowercased() + name.dropFirst())
    }

    /// `dark_blue` → `DarkBlue`, for the enum of a oneof.
    static func typeOfOneof(_ name: String) -> String {
        Self.capitalized(Self.camel(name))
    }

    private static func camel(_ name: String) -> String {
        let words = name.split(separator: "_").map(String.init)
        let rest = words.dropFirst().map { word in
            switch word {
            case "id": return "ID"
            case "ids": return "IDs"
            case "url": return "URL"
            case "uri": return "URI"
            default: return Self.capitalized(word)
            }
        }
        return (words.prefix(1) + rest).joined()
    }

    private static func capitalized(_ word: String) -> String {
        word.prefix(1).uppercased() + word.dropFirst()
    }
}

extension ProtoEnum {
    /// Each value's name without the enum's own before it, in lower snake case:
    /// `PAYMENT_STATUS_REQUIRES_CAPTURE` → `requires_capture`.
    var shortNames: [String] {
        let prefix = Self.upperSnake(self.name.path.last ?? "") + "_"
        let isPrefixed = self.values.allSatisfy {
            // What is left has to be a name, so it cannot begin with a digit.
            $0.name.hasPrefix(prefix) && $0.name.dropFirst(prefix.count).first?.isLetter == true
        }
        return self.values.map { value in
            (isPrefixed ? String(value.name.dropFirst(prefix.count)) : value.name).lowercased()
        }
    }

    /// `PaymentStatus` → `PAYMENT_STATUS`
    private static func upperSnake(_ name: String) -> String {
        var result = ""
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            let startsWord =
                index > 0 && letter.isUppercase
                && (!letters[index - 1].isUppercase
                    || (index + 1 < letters.count && letters[index + 1].isLowercase))
            if startsWord { result += "_" }
            result += letter.uppercased()
        }
        return result
    }
}

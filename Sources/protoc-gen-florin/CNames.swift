/// How protoc-c writes protos' names, so that generated Swift can call its C.
enum CNames {
    /// C's and C++'s keywords, after which protoc-c writes an underscore.
    private static let keywords: Set<String> = [
        "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch",
        "char", "class", "compl", "const", "const_cast", "continue", "default", "delete", "do",
        "double", "dynamic_cast", "else", "enum", "explicit", "extern", "false", "float", "for",
        "friend", "goto", "if", "inline", "int", "long", "mutable", "namespace", "new", "not",
        "not_eq", "operator", "or", "or_eq", "private", "protected", "public", "register",
        "reinterpret_cast", "return", "short", "signed", "sizeof", "static", "static_cast",
        "struct", "switch", "template", "this", "throw", "true", "try", "typedef", "typeid",
        "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "wchar_t",
        "while", "xor", "xor_eq",
    ]

    /// `florin.payment_x.v1.IBANPayment` → `Florin__PaymentX__V1__IBANPayment`
    static func type(_ name: ProtoTypeName) -> String {
        name.fullName.split(separator: ".").map { piece in
            piece.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }.joined(separator: "__")
    }

    /// `florin.payment.v1.IBANPayment` → `florin__payment__v1__ibanpayment__init`: an underscore
    /// only between a lower-case letter and an upper-case one.
    static func initializer(_ name: ProtoTypeName) -> String {
        let pieces = name.fullName.split(separator: ".").map { piece in
            var result = ""
            var wasUpper = true
            for letter in piece {
                if letter.isUppercase && !wasUpper { result += "_" }
                result += letter.lowercased()
                wasUpper = letter.isUppercase
            }
            return result
        }
        return (pieces + ["init"]).joined(separator: "__")
    }

    /// A field of the C struct, as Swift sees it.
    static func field(_ name: String) -> String {
        let lower = name.lowercased()
        if Self.keywords.contains(lower) { return lower + "_" }
        // Fields of these names would mean something else after a dot.
        return ["init", "self"].contains(lower) ? "`\(lower)`" : lower
    }

    /// The number of elements of a repeated field.
    static func count(_ name: String) -> String {
        let lower = name.lowercased()
        return "n_" + (Self.keywords.contains(lower) ? lower + "_" : lower)
    }

    /// The field that says which member of a oneof is there.
    static func oneofCase(_ name: String) -> String { name.lowercased() + "_case" }
}

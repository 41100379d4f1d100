/// Checks a text's length, in Unicode scalars as PostgreSQL counts them, and that it can be stored.
///
/// - Returns: The text, unchanged.
/// - Throws: `FieldError`.
package func checkedText(
    _ text: String, field: String, length: ClosedRange<Int>
) throws(FieldError) -> String {
    guard length.contains(text.unicodeScalars.count) else {
        throw FieldError(
            field,
            length.lowerBound == 0
                ? "must have at most \(length.upperBound) characters"
                : "must have \(length.lowerBound) to \(length.upperBound) characters")
    }
    // The one character of UTF-8 that PostgreSQL does not store.
    guard !text.unicodeScalars.contains("\0") else {
        throw FieldError(field, "must not contain the character U+0000")
    }
    return text
}

/// Checks a merchant's id: 1 to 64 of a-z, A-Z, 0-9, '_' and '-'.
///
/// - Throws: `FieldError`.
package func checkedMerchantID(
    _ text: String, field: String = "merchant_id"
) throws(FieldError) -> String {
    let isAllowed = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
    guard isAllowed, (1...64).contains(text.utf8.count) else {
        throw FieldError(field, "must be 1 to 64 characters of a-z, A-Z, 0-9, '_' and '-'")
    }
    return text
}

/// Checks the key under which a caller repeats a request: 1 to 255 characters.
///
/// - Throws: `FieldError`.
package func checkedIdempotencyKey(_ text: String) throws(FieldError) -> String {
    try checkedText(text, field: "idempotency_key", length: 1...255)
}

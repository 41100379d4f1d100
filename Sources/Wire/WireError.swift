/// Why bytes are not the message they should be.
package struct WireError: Error, Hashable, Sendable {
    package enum Code: String, CaseIterable, Sendable {
        /// The bytes are not a protobuf message of this type.
        case malformed
        /// The bytes, or what they unpack to, exceed ``WireLimits``.
        case tooLarge = "too_large"
        /// Messages lie within each other deeper than ``WireLimits/depth``.
        case tooDeep = "too_deep"
        /// A `string` field holds bytes that are not UTF-8.
        case invalidUTF8 = "invalid_utf8"
    }

    package let code: Code
    /// Full name of the message that was decoded: for ``Code/invalidUTF8``, the innermost one.
    package let message: String
    /// The field's name in the proto; `nil` when the message as a whole is at fault.
    package let field: String?

    package init(_ code: Code, message: String, field: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
    }
}

extension WireError: CustomStringConvertible {
    /// One line, without any of the bytes: safe to show to the peer that sent them.
    package var description: String {
        let place = self.field.map { "\(self.message).\($0)" } ?? self.message
        switch self.code {
        case .malformed: return "\(place): not a valid protobuf message"
        case .tooLarge: return "\(place): the message is too large"
        case .tooDeep: return "\(place): messages are nested too deeply"
        case .invalidUTF8: return "\(place): not valid UTF-8"
        }
    }
}

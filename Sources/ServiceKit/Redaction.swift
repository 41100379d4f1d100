/// Takes secrets out of text that may end up in a log, an error or a file.
package enum Redaction {
    /// A connection string without its password, in both of libpq's forms, multi-host too.
    package static func dsn(_ text: String) -> String {
        if let scheme = text.firstRange(of: "://") {
            return self.uri(text, after: scheme.upperBound)
        }
        return text.replacing(/(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S*)/) { "\($0.1)***" }
    }

    private static func uri(_ text: String, after start: String.Index) -> String {
        let end = text[start...].firstIndex(where: { $0 == "/" || $0 == "?" }) ?? text.endIndex
        var authority = String(text[start..<end])
        // A password may hold an unescaped "@": the last one ends the credentials.
        if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
            authority.replaceSubrange(colon..<at, with: ":***")
        }
        let rest = text[end...].replacing(/(password=)[^&]*/) { "\($0.1)***" }
        return text[..<start] + authority + rest
    }
}

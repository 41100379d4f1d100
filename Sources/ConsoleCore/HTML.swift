/// A piece of a page, in which all text is escaped: what stands in a literal is markup, what is put
/// into it is text, unless it is a piece itself.
///
///     let name = "<b>"
///     let cell: HTML = "<td>\(name)</td>"  // <td>&lt;b&gt;</td>
///
/// Attributes stand in double quotes, always: the same escaping holds there.
package struct HTML: Hashable, Sendable {
    package let markup: String

    private init(markup: String) { self.markup = markup }

    package static let empty: HTML = ""
}

extension HTML: ExpressibleByStringInterpolation {
    package init(stringLiteral markup: String) { self.init(markup: markup) }

    package init(stringInterpolation: StringInterpolation) {
        self.init(markup: stringInterpolation.markup)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            self.markup.reserveCapacity(literalCapacity + interpolationCount * 24)
        }

        package mutating func appendLiteral(_ markup: String) { self.markup += markup }

        package mutating func appendInterpolation(_ text: String) {
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": self.markup += "&amp;"
                case "<": self.markup += "&lt;"
                case ">": self.markup += "&gt;"
                case "\"": self.markup += "&quot;"
                case "'": self.markup += "&#39;"
                // No page may hold it.
                case "\0": self.markup += "\u{FFFD}"
                default: self.markup.unicodeScalars.append(scalar)
                }
            }
        }

        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            self.markup += String(number)
        }

        package mutating func appendInterpolation(_ piece: HTML) { self.markup += piece.markup }

        package mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { self.markup += piece.markup }
        }
    }
}

extension HTML {
    /// A piece that is there only if the condition holds.
    package static func when(_ condition: Bool, _ piece: @autoclosure () -> HTML) -> HTML {
        condition ? piece() : .empty
    }
}

/// Why a settlement file was not taken: as a whole, for the first thing that is wrong.
package struct SettlementFileError: Error, Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case notUTF8
        case lineTooLong
        case carriageReturn
        case wrongHeader
        case wrongColumnCount
        case wrongReference
        case wrongType
        case wrongAmount
        case wrongCurrency
        case wrongTime
        case wrongClosing
        /// There is no closing line, or no line feed after it: the file was cut.
        case cut
        case afterClosing
        case countDiffers
        case totalsDiffer
    }

    package let kind: Kind
    /// Counted from 1.
    package let line: Int
    /// The column's name; `nil` when it is about the line.
    package let column: String?
    package let message: String

    init(_ kind: Kind, _ message: String, line: Int, column: String? = nil) {
        self.kind = kind
        self.line = line
        self.column = column
        self.message = message
    }
}

extension SettlementFileError: CustomStringConvertible {
    package var description: String {
        let place = self.column.map { "line \(self.line), column \($0)" } ?? "line \(self.line)"
        return "\(place): \(self.message)"
    }
}

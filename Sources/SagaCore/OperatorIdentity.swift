/// Who an operator is, by the certificate: as it stands in requests and in the operators' log.
package struct OperatorIdentity: Hashable, Sendable {
    /// "alice"; empty if the certificate tells no name.
    package let name: String
    /// The certificate's serial number, in upper-case hexadecimal; empty is nobody.
    package let serial: String

    package init(name: String?, serial: String) {
        self.name = name ?? ""
        self.serial = serial
    }

    /// What ``text`` gave.
    package init(parsing text: String) {
        let slash = text.lastIndex(of: "/")
        self.name = slash.map { String(text[..<$0]) } ?? ""
        self.serial = slash.map { String(text[text.index(after: $0)...]) } ?? text
    }

    /// "alice/4E8F00A1…", or the serial number alone.
    package var text: String { name.isEmpty ? serial : "\(name)/\(serial)" }

    /// Whether both may be the same person: another certificate makes nobody another.
    package func maySharePerson(with other: OperatorIdentity) -> Bool {
        serial == other.serial || (!name.isEmpty && name == other.name)
    }
}

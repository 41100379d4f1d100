/// What a revocation list says, for people.
package struct RevocationInfo: Hashable, Sendable {
    package let path: String
    /// Rises with each list of an authority; `nil` for a list that has none.
    package let number: Int64?
    /// From when the list was made to when the next one has to be there.
    package let validity: Validity
    /// In the order of their serial numbers, as the list has them.
    package let revoked: [RevokedCertificate]

    /// Reads the list at `path`.
    ///
    /// - Throws: `.file`; `.badCertificate` if it holds no list.
    package init(reading path: String) throws(TLSError) {
        self.init(
            path: path, list: try RevocationList(pem: Files.read(path), named: path))
    }

    init(path: String, list: borrowing RevocationList) {
        self.path = path
        self.number = list.number
        self.validity = list.validity
        self.revoked = list.revoked
    }
}

/// One line of a revocation list.
package struct RevokedCertificate: Hashable, Sendable {
    /// Upper-case hexadecimal.
    package let serial: String
    /// Unix seconds.
    package let since: Int64

    /// The serial number that people or other tools write, with colons or without, in the form
    /// that certificates' serials have here.
    ///
    /// - Throws: `.invalidRequest` for what is no serial number.
    static func serial(parsing text: String) throws(TLSError) -> String {
        var digits = Array(text.uppercased().utf8.filter { $0 != UInt8(ascii: ":") })
        if digits.count % 2 == 1 { digits.insert(UInt8(ascii: "0"), at: 0) }
        while digits.count > 2, digits.prefix(2) == [UInt8(ascii: "0"), UInt8(ascii: "0")] {
            digits.removeFirst(2)
        }
        let areHexadecimal = digits.allSatisfy { digit in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
            default: false
            }
        }
        // X.509 allows twenty octets.
        guard areHexadecimal, (2...40).contains(digits.count) else {
            throw TLSError(
                .invalidRequest,
                "\"\(text)\" is no role, no certificate's file and no serial number")
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

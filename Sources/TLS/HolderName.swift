/// Who of several that share a role holds a certificate: "alice", "bob@example.com".
package enum HolderName {
    /// What a certificate's common name has room for (X.520, ub-common-name).
    package static let longest = 64

    /// Letters, digits and `.-_@`: such a name can stand in logs and lists as it is.
    package static func isValid(_ name: String) -> Bool {
        (1...Self.longest).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: "_"), UInt8(ascii: "@"):
                    true
                default: false
                }
            }
    }
}

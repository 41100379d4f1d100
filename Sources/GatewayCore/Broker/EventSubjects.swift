/// The subjects that events are published under: "florin.events.acct_….live.charge.succeeded".
package struct EventSubjects: Hashable, Sendable {
    /// "florin.events"
    package let prefix: String

    /// `nil` for what is no subject: words of letters, digits, `-` and `_` with dots between.
    package init?(prefix: String) {
        let words = prefix.split(separator: ".", omittingEmptySubsequences: false)
        guard prefix.utf8.count <= 100, words.allSatisfy(Self.isWord) else { return nil }
        self.prefix = prefix
    }

    package func subject(of event: Event, account: String) -> String {
        "\(self.prefix).\(account).\(event.isLive ? "live" : "test").\(event.type)"
    }

    /// Whether `text` can be a part of a subject, or the name of a stream.
    package static func isWord(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

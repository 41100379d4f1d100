/// What is published.
package struct NATSMessage: Sendable {
    package let subject: String
    /// A stream drops what comes with an id that it has seen within its duplicate window.
    package let id: String
    /// The id of the message that must be the stream's last when this one is taken, so that nothing
    /// is stored behind a gap. `nil`: whichever.
    package let following: String?
    package let body: [UInt8]

    package init(subject: String, id: String, following: String?, body: [UInt8]) {
        self.subject = subject
        self.id = id
        self.following = following
        self.body = body
    }
}

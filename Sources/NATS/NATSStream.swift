/// A stream, as it is made when there is none: in files, the oldest messages dropped at its limits.
package struct NATSStream: Sendable {
    package var name: String
    /// All subjects below it: "florin.events".
    package var subject: String
    package var maxAge: Duration
    /// `nil`: no limit but the server's.
    package var maxBytes: Int64?
    package var replicas: Int
    /// For how long the stream knows the ids of its messages.
    package var duplicateWindow: Duration

    package init(
        name: String, subject: String, maxAge: Duration, maxBytes: Int64? = nil, replicas: Int = 1,
        duplicateWindow: Duration
    ) {
        self.name = name
        self.subject = subject
        self.maxAge = maxAge
        self.maxBytes = maxBytes
        self.replicas = replicas
        self.duplicateWindow = duplicateWindow
    }

    var pattern: String { "\(self.subject).>" }
}

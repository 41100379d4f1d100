package import RPCCore
package import TLS

/// Decides which calls are logged one by one, and until when.
///
/// Pure, and without a clock: a rule is over once it is looked at past its end.
package struct DebugLogRules: Hashable, Sendable {
    /// Which calls; `nil` stands for any.
    package struct Rule: Hashable, Sendable, CustomStringConvertible {
        /// Full name.
        package var service: String?
        package var method: String?
        /// The caller's.
        package var peer: Role?

        package init(service: String? = nil, method: String? = nil, peer: Role? = nil) {
            self.service = service
            self.method = method
            self.peer = peer
        }

        /// Whether it is about `method`, whoever calls.
        package func names(_ method: MethodDescriptor) -> Bool {
            (self.service == nil || self.service == method.service)
                && (self.method == nil || self.method == method.name)
        }

        /// `*/CreatePayment from gateway`
        package var description: String {
            let peer = self.peer.map { " from \($0)" } ?? ""
            return "\(self.service ?? "*")/\(self.method ?? "*")\(peer)"
        }
    }

    /// Each call is held against all of them.
    package static let limit = 16
    package static let longest: Duration = .seconds(3600)

    private var ends: [Rule: Nanoseconds] = [:]

    package init() {}

    package var isEmpty: Bool { self.ends.isEmpty }

    /// Adds a rule, or gives one that there is a new end.
    ///
    /// - Throws: `INVALID_ARGUMENT` for a time that is too short or too long,
    ///   `RESOURCE_EXHAUSTED` when there are too many.
    package mutating func set(
        _ rule: Rule, for duration: Duration, at now: Nanoseconds
    ) throws(RPCError) {
        guard duration > .zero, duration <= Self.longest else {
            throw .invalidArgument(field: "duration_ms", "must be from 1 to 3600000")
        }
        self.expire(at: now)
        guard self.ends[rule] != nil || self.ends.count < Self.limit else {
            throw RPCError(
                code: .resourceExhausted, reason: .unavailable,
                message: "there are \(Self.limit) rules already; clear them first",
                mayHaveRun: false)
        }
        self.ends[rule] = now + duration.nanoseconds
    }

    /// Takes away what is over.
    package mutating func expire(at now: Nanoseconds) {
        self.ends = self.ends.filter { $0.value > now }
    }

    package mutating func clear() { self.ends = [:] }

    package func matches(_ method: MethodDescriptor, from peer: Role, at now: Nanoseconds) -> Bool {
        self.ends.contains { rule, end in
            end > now && rule.names(method) && (rule.peer == nil || rule.peer == peer)
        }
    }

    /// Those in force, the one that lasts longest first.
    package func entries(at now: Nanoseconds) -> [(rule: Rule, remaining: Duration)] {
        self.ends.filter { $0.value > now }
            .sorted { ($0.value, $1.key.description) > ($1.value, $0.key.description) }
            .map { ($0.key, .nanoseconds(Int64($0.value - now))) }
    }
}

internal import ArgumentParser

/// For whom a command prints.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Aligned text for people.
    case table
    /// One JSON document with the field names of the protos, for programs.
    case json
}

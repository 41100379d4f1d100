internal import Foundation

/// The process's environment.
enum Environment {
    static subscript(name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}

/// The data folder a command works on.
enum DataFolder {
    static func path(_ given: String?) -> String {
        given ?? Environment["FLORIN_DATA"] ?? ".florin"
    }
}

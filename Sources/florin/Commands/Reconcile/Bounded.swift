/// Work on many things, so many of them at once.
enum Bounded {
    /// - Parameter take: Gets each result, in the order in which they come.
    static func each<Element: Sendable, Result: Sendable>(
        _ elements: [Element], atOnce limit: Int,
        _ work: @escaping @Sendable (Element) async throws -> Result,
        take: (Result) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Result.self) { group in
            var rest = elements[...]
            for element in rest.prefix(limit) { group.addTask { try await work(element) } }
            rest = rest.dropFirst(limit)
            while let result = try await group.next() {
                try await take(result)
                if let element = rest.popFirst() { group.addTask { try await work(element) } }
            }
        }
    }
}

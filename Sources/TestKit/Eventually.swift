/// Waits until `condition` holds, asking again every 10 milliseconds: for what neither calls back
/// nor can be awaited, like another process.
///
/// - Returns: Whether it held within `limit`.
package func eventually(
    within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { return false }
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}

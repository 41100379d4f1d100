internal import Foundation

/// Asks before much is changed at once.
enum Confirmation {
    /// Shows what is about to be done on standard error, and waits for a yes.
    ///
    /// - Throws: ``Failure`` when the answer is another, or when there is nobody to ask.
    static func ask(_ what: String, yes: Bool) throws {
        Console.complain(what)
        if yes { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure(
                .usage, "nobody is there to confirm it", hint: "Give --yes if it is meant.")
        }
        try? FileHandle.standardError.write(contentsOf: Data("Go on? [y/N] ".utf8))
        guard let answer = readLine()?.lowercased(), answer == "y" || answer == "yes" else {
            throw Failure(.refused, "not confirmed: nothing was done")
        }
    }
}

internal import Foundation
internal import RPC
internal import Testing

@Suite("The pages of errors")
struct ErrorPagesTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/errors")

    @Test("Every reason has a page that tells what to do, and stands in the index")
    func pages() throws {
        let index = try String(
            contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
        for reason in ErrorReason.all {
            let page = Self.folder.appending(path: "\(reason.rawValue).md")
            let text = try String(contentsOf: page, encoding: .utf8)
            #expect(text.contains("## What to do\n"), "\(reason.rawValue)")
            #expect(index.contains("(\(reason.rawValue).md)"), "\(reason.rawValue)")
        }
    }
}

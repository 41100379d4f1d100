import Foundation
import FuzzTargets
import Testing

@Suite("What fuzzing has kept")
struct CorpusTests {
    private static let tests = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test(
        "Every kept input, and every one that once crashed, is only refused or taken",
        arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        var count = 0
        for kind in ["corpus", "crashers"] {
            let folder = Self.tests + "/Fuzz/\(kind)/\(target.rawValue)"
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
                let bytes = [UInt8](data)
                target.run(bytes.span)
                count += 1
            }
        }
        #expect(count > 0, "no corpus of \(target)")
    }
}

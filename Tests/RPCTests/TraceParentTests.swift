import RPC
import Testing

@Suite("Trace parent")
struct TraceParentTests {
    static let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test("Reads and writes the standard's example")
    func example() throws {
        let trace = try #require(TraceParent(parsing: Self.example))
        #expect(trace.description == Self.example)
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.isSampled)
        let child = trace.child()
        #expect(child.traceID == trace.traceID)
        #expect(child.span != trace.span)
    }

    @Test(
        "Refuses what the standard calls invalid",
        arguments: [
            "", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ])
    func invalid(text: String) {
        #expect(TraceParent(parsing: text) == nil)
    }

    @Test("Reads later versions, which may say more")
    func later() {
        let text = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more"
        #expect(TraceParent(parsing: text)?.isSampled == false)
    }
}

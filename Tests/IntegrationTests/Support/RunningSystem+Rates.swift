import DevSystem
import TestKit
import Testing

extension RunningSystem {
    /// Imports the sample rates as those of today, the way the walk-through does.
    func importRates() async throws {
        let data = self.layout.data
        let sample =
            DevOptions(layout: .init(data: data)).services
            + "/../docs/samples/eurofxref-sample.xml"
        let outcome = try await FlorinProgram.run(
            "fx", "import", sample, "--sample-day", "today", data: data)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }
}

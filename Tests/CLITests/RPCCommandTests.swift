import DevSystem
import Foundation
import TestKit
import Testing

@Suite("florin rpc", .serialized)
struct RPCCommandTests {
    @Test("Lists, describes, calls and measures what a server answers", .timeLimit(.minutes(5)))
    func commands() async throws {
        try await withSystem { system in
            let data = system.options.layout.data
            func run(_ arguments: String...) async throws -> FlorinProgram.Outcome {
                try await FlorinProgram.run(["rpc"] + arguments, data: data)
            }
            let list = try await run("list", "fx")
            #expect(list.output.contains("florin.fx.v1.FXService\n  GetRate\n"))
            #expect(list.output.contains("grpc.health.v1.Health\n  Check\n"))

            let method = try await run("describe", "florin.fx.v1.FXService/GetRate")
            #expect(method.output.contains("rpc GetRate(florin.fx.v1.GetRateRequest) returns"))
            let message = try await run("describe", "florin.common.v1.Money", "--peer", "fx")
            #expect(message.output.contains("  int64 minor_units = 1;"))

            let health = try await run("call", "grpc.health.v1.Health/Check", "--peer", "ledger")
            #expect(health.output == "{\n  \"status\": \"SERVING\"\n}\n")
            let created = try await run(
                "call", "florin.fx.v1.FXService/GetRate", "--json", #"{"curency": "USD"}"#)
            #expect(created.status == 64)
            #expect(created.errors.contains("curency: "))
            #expect(created.errors.contains("it has currency"))
            let missing = try await run("call", "florin.fx.v1.FXService/Nope")
            #expect(missing.status == 3)
            #expect(missing.errors.contains("GetRate"))
            let denied = try await run("call", "florin.ledger.v1.LedgerService/CreateTransfers")
            #expect(denied.status == 1)
            #expect(denied.errors.contains("permission_denied"))

            let bench = try await run(
                "bench", "florin.rpc.v1.Connection/Ping", "--peer", "fx", "--duration", "500ms",
                "--output", "json")
            let figures =
                try JSONSerialization.jsonObject(with: Data(bench.output.utf8)) as? [String: Any]
            #expect((figures?["calls"] as? Int).map { $0 > 100 } == true)
            #expect((figures?["errors"] as? [String: Any])?.isEmpty == true)
        }
    }
}

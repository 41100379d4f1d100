internal import Foundation
internal import TestKit
internal import Testing

@Suite("Commands without a system")
struct CommandTests {
    @Test("The root tells what there is, how to begin, and the exit statuses")
    func rootHelp() async throws {
        let help = try await FlorinProgram.run("--help")
        #expect(help.status == 0)
        for word in [
            "dev", "walkthrough", "health", "migrate", "certs", "payment", "refund", "fx",
            "ledger", "reconcile", "saga", "acquirer", "florin payment create 100.00 USD",
            "Exit status",
        ] {
            #expect(help.output.contains(word), "\(word)")
        }
    }

    @Test(
        "Every command has help with an example",
        arguments: [
            "dev", "dev stop", "health", "migrate", "certs init", "certs issue", "certs show",
            "certs rotate", "certs revoke", "certs crl", "payment create", "payment process",
            "payment capture",
            "payment cancel", "payment get", "payment list", "payment freeze",
            "payment unfreeze", "refund create",
            "refund get",
            "refund list", "fx rates", "fx quote", "fx import", "ledger accounts",
            "ledger balance", "ledger transfers", "ledger trial-balance", "saga list", "saga show",
            "saga history", "saga watch", "saga why", "saga stats", "saga top",
            "saga definitions", "saga retry-now", "saga pause", "saga resume",
            "saga compensate", "saga resolve", "saga stop", "saga approve", "saga requests",
            "saga log", "saga dead-letters list", "saga dead-letters requeue",
            "acquirer effects", "acquirer script add", "acquirer script list",
            "acquirer script clear", "acquirer settlement", "reconcile", "walkthrough",
            "gateway console-login",
        ])
    func help(command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let help = try await FlorinProgram.run(words + ["--help"], data: "/nowhere")
        #expect(help.status == 0)
        #expect(help.output.contains("Example"))
        #expect(help.output.contains("florin \(command)"))
    }

    @Test(
        "An amount that cannot be is refused with a hint, before any service is asked",
        arguments: [
            ["¥5000"], ["0.5", "JPY"], ["100.001", "USD"], ["100"], ["100.00", "XXY"],
            ["1e3", "USD"],
            ["99999999999999999999", "USD"], ["", "USD"],
        ])
    func amounts(amount: [String]) async throws {
        let outcome = try await FlorinProgram.run(
            ["payment", "create"] + amount + ["--merchant", "acme"], data: "/nowhere")
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("error: "))
    }

    @Test("Without a system a command says how to start one")
    func noSystem() async throws {
        let outcome = try await FlorinProgram.run("payment", "get", "pi_1", data: "/nowhere")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("florin dev"))
    }

    @Test("Errors are JSON for programs")
    func errorJSON() async throws {
        let outcome = try await FlorinProgram.run(
            "payment", "get", "pi_1", "--output", "json", data: "/nowhere")
        let document = try JSONSerialization.jsonObject(with: Data(outcome.errors.utf8))
        let error = (document as? [String: Any])?["error"] as? [String: Any]
        #expect(error?["exit_status"] as? Int == 1)
        #expect((error?["next"] as? String)?.contains("florin dev") == true)
    }

    @Test("An unreachable service is a failure that names what to look at")
    func unreachable() async throws {
        let outcome = try await FlorinProgram.run(
            "payment", "get", "pi_1", "--payment-address", "127.0.0.1:1", "--certificates",
            try TestCertificates.folder())
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("florin health"))
    }

    @Test(
        "A wrong option is a usage error",
        arguments: [
            ["payment", "list", "--limit", "0"], ["payment", "list", "--status", "paid"],
            ["dev", "--peer-proxy", "payment:ledger=127.0.0.1:1"], ["dev", "--set", "x:y=z"],
            ["ledger", "transfers", "--account", "fees"], ["fx", "quote", "1", "USD"], ["nonsense"],
            ["saga", "compensate", "saga_1"], ["saga", "compensate", "saga_1", "--apply", "00"],
            ["saga", "pause", "saga_1"], ["saga", "list", "--older-than", "soon"],
        ])
    func usage(arguments: [String]) async throws {
        let outcome = try await FlorinProgram.run(arguments, data: "/nowhere")
        #expect(outcome.status == 64)
    }

    @Test("Certificates are made, shown and renewed")
    func certificates() async throws {
        let folder = try TemporaryFolder.make("certs") + "/authority"
        let made = try await FlorinProgram.run("certs", "init", "--folder", folder)
        #expect(made.status == 0)
        let again = try await FlorinProgram.run("certs", "init", "--folder", folder)
        #expect(again.status == 1)
        #expect(again.errors.contains("--force"))
        let issued = try await FlorinProgram.run(
            "certs", "issue", "payment", "--host", "payment.internal", "--folder", folder)
        #expect(issued.output.contains("payment.internal"))
        let rotated = try await FlorinProgram.run("certs", "rotate", "payment", "--folder", folder)
        #expect(rotated.status == 0)
        let shown = try await FlorinProgram.run(
            "certs", "show", "--folder", folder, "--output", "json")
        let document = try JSONSerialization.jsonObject(with: Data(shown.output.utf8))
        #expect((document as? [[String: Any]])?.count == 2)
    }
}

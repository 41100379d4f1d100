internal import Foundation
internal import Logging
internal import ServiceKit
internal import TLS
internal import TestKit
internal import Testing

@Suite("Settings")
struct SettingsTests {
    @Test("Takes a flag before a variable, and a variable before the file")
    func precedence() throws {
        let file = try Self.file("a: file\nb: file\nc: file\n")
        let settings = try Settings(
            arguments: ["--config", file, "--a", "flag"],
            environment: ["FLORIN_A": "variable", "FLORIN_B": "variable", "HOME": "/"])
        #expect(try settings.text("a", default: "") == "flag")
        #expect(try settings.text("b", default: "") == "variable")
        #expect(try settings.text("c", default: "") == "file")
        #expect(try settings.text("d", default: "none") == "none")
        try settings.refuseUnread()
    }

    @Test("Knows a key of two parts in each source's own spelling", arguments: [0, 1, 2, 3])
    func nestedKeys(source: Int) throws {
        let settings =
            switch source {
            case 0: try Settings(arguments: ["--peers-fx=a:1"], environment: [:])
            case 1: try Settings(arguments: [], environment: ["FLORIN_PEERS_FX": "a:1"])
            case 2: try Self.settings(file: "peers:\n  fx: a:1\n")
            default: try Self.settings(file: #"{"peers": {"fx": "a:1"}}"#)
            }
        #expect(try settings.requiredText("peers.fx") == "a:1")
        try settings.refuseUnread()
    }

    @Test("Reads whole numbers, durations, truth values and choices")
    func values() throws {
        let settings = try Self.settings(file: "n: 17\nd: 250ms\nf: true\nl: warning\n")
        #expect(try settings.integer("n", default: 0, in: 1...100) == 17)
        #expect(try settings.duration("d", default: .zero) == .milliseconds(250))
        #expect(try settings.flag("f", default: false))
        #expect(try settings.choice("l", default: Logger.Level.info) == .warning)
    }

    @Test(
        "Refuses a value that is none, and names the field",
        arguments: ["n: 0", "n: 101", "n: many", "n: 1.5", "n: ''", "n: 99999999999999999999"])
    func wrongNumbers(line: String) throws {
        let settings = try Self.settings(file: line)
        let error = #expect(throws: ConfigurationError.self) {
            try settings.integer("n", default: 1, in: 1...100)
        }
        #expect(error?.field == "n")
        #expect(error?.description.contains("FLORIN_N") == true)
    }

    @Test("Refuses a duration without a unit", arguments: ["5", "s", "-1s", "1.5s", "5 s", "5y"])
    func wrongDurations(text: String) throws {
        let settings = try Settings(arguments: ["--d", text], environment: [:])
        #expect(throws: ConfigurationError.self) { try settings.duration("d", default: .zero) }
    }

    @Test("Refuses arguments that are no flags", arguments: [["a"], ["-a", "1"], ["--a"], ["--"]])
    func wrongArguments(arguments: [String]) {
        #expect(throws: ConfigurationError.self) {
            try Settings(arguments: arguments, environment: [:])
        }
    }

    @Test("Refuses a flag that is given twice")
    func twice() {
        #expect(throws: ConfigurationError.self) {
            try Settings(arguments: ["--a", "1", "--a", "2"], environment: [:])
        }
    }

    @Test(
        "Refuses a file that is not there, is no mapping, or holds a list", arguments: [0, 1, 2, 3])
    func wrongFiles(index: Int) throws {
        let texts = ["just text", "a: [1, 2]", "a: {b: [", ""]
        let path = index == 3 ? "/nowhere/florin.yaml" : try Self.file(texts[index])
        #expect(throws: ConfigurationError.self) {
            try Settings(arguments: ["--config", path], environment: [:])
        }
    }

    @Test("Names a key that was given and that nothing reads", arguments: [0, 1, 2])
    func unknownKeys(source: Int) throws {
        let settings =
            switch source {
            case 0: try Settings(arguments: ["--listen-adress", "x"], environment: [:])
            case 1: try Settings(arguments: [], environment: ["FLORIN_LISTEN_ADRESS": "x"])
            default: try Self.settings(file: "listen-adress: x")
            }
        _ = try settings.optionalText("listen-address")
        let error = #expect(throws: ConfigurationError.self) { try settings.refuseUnread() }
        #expect(
            error?.field.lowercased().replacing("_", with: "-").contains("listen-adress") == true)
    }

    @Test("Passes over the variables of the florin command")
    func commandVariables() throws {
        try Settings(arguments: [], environment: ["FLORIN_DATA": ".florin"]).refuseUnread()
    }

    @Test(
        "Names the first key that a service lacks",
        arguments: ["listen-address", "peers.fx", "certificates", "database-dsn"])
    func missing(key: String) throws {
        var lines = [
            "listen-address": "127.0.0.1:1", "peers.fx": "127.0.0.1:2", "certificates": "c",
            "database-dsn": "postgresql:///x",
        ]
        lines[key] = nil
        let text = lines.map { "\($0): \($1)\n" }.joined()
        let settings = try Self.settings(file: text)
        let error = #expect(throws: ConfigurationError.self) {
            try ServiceConfiguration(settings, role: .payment, peers: [.fx])
        }
        #expect(error?.field == key)
    }

    static func settings(file text: String) throws -> Settings {
        try Settings(arguments: ["--config", try self.file(text)], environment: [:])
    }

    static func file(_ text: String) throws -> String {
        let path = try TemporaryFolder.make("settings") + "/florin.yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}

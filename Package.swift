// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built in Swift 6 mode, with narrow imports and no warning let through.
///
/// Exclusive access is proved by the compiler where it can be and checked while it runs where it
/// cannot: in debug builds, which all tests are. In release the checks would cost a tenth of a
/// call.
let house: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Targets that call C mark each line a reviewer must weigh with `unsafe`.
let facingC: [SwiftSetting] = house + [.strictMemorySafety()]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let http: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
]
let collections: [Target.Dependency] = [
    .product(name: "DequeModule", package: "swift-collections"),
    .product(name: "HeapModule", package: "swift-collections"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(
    name: "Tracing", package: "swift-distributed-tracing")
let lifecycle: [Target.Dependency] = [
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
]
let configuration: Target.Dependency = .product(
    name: "Configuration", package: "swift-configuration")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

func tests(_ name: String, _ needs: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: needs, exclude: exclude, swiftSettings: house)
}

func module(_ name: String, _ needs: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: needs, swiftSettings: house)
}

/// One service as a process: a thin `@main` beside its migrations and its Dockerfile.
func service(_ name: String, _ library: String) -> Target {
    .executableTarget(
        name: "florin-\(name)", dependencies: ["ServiceKit", .byName(name: library)],
        path: "services/\(name)", exclude: ["README.md", "migrations"],
        sources: ["main.swift"], swiftSettings: house)
}

let package = Package(
    name: "florin",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "florin", targets: ["florin"]),
        .executable(name: "florin-bench-rpc", targets: ["florin-bench-rpc"]),
        .executable(name: "florin-bench-sagas", targets: ["florin-bench-sagas"]),
        .library(name: "FuzzTargets", type: .static, targets: ["FuzzTargets"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.4.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    ],
    targets: [
        // C: module maps, shims, generated protobuf-c. No logic.
        .systemLibrary(
            name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CProtobufC", pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"])]),
        .systemLibrary(
            name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "CMessages", dependencies: ["CProtobufC"]),

        // Values.
        module("Money", []),
        tests("Money", ["Money"]),
        .target(name: "Identifiers", swiftSettings: house),
        tests("Identifiers", ["Identifiers"]),

        // Decisions: values and state machines. No I/O, no clock.
        module("SagaCore", ["Identifiers"]),
        tests("SagaCore", ["SagaCore", "Identifiers"]),
        .target(name: "FieldRules", swiftSettings: house),
        tests("FieldRules", ["FieldRules"]),
        module("PaymentCore", ["FieldRules", "Money", "Identifiers"]),
        tests("PaymentCore", ["PaymentCore", "FieldRules", "Money", "Identifiers"]),
        module("RefundCore", ["FieldRules", "Money", "Identifiers"]),
        tests("RefundCore", ["RefundCore", "FieldRules", "Money", "Identifiers"]),
        module("FXCore", ["Money", "Identifiers"]),
        tests("FXCore", ["FXCore", "Money", "Identifiers"]),
        module("LedgerCore", ["Money", "Identifiers"] + collections),
        tests("LedgerCore", ["LedgerCore", "Money", "Identifiers"]),
        module("SettlementCore", ["Money", "FXCore"]),
        tests("SettlementCore", ["SettlementCore", "Money", "FXCore"]),
        module("AcquirerCore", ["Money", "Identifiers"]),
        tests("AcquirerCore", ["AcquirerCore", "Money", "Identifiers"]),
        module("ReconciliationCore", ["Money", "Identifiers"]),
        tests("ReconciliationCore", ["ReconciliationCore", "Money", "Identifiers"]),
        .target(name: "RPCCore", swiftSettings: house),
        tests("RPCCore", ["RPCCore"]),

        // The C libraries, each behind one module, and what stands on them.
        .target(
            name: "Postgres", dependencies: ["CLibpq", "CLinux", "Identifiers", logging],
            swiftSettings: facingC),
        tests("Postgres", ["Postgres", "Identifiers", "TestKit", logging]),
        .target(name: "TLS", dependencies: ["COpenSSL"], swiftSettings: facingC),
        tests("TLS", ["TLS", "TestKit"]),
        .target(name: "NATS", dependencies: ["CNATS"] + nio, swiftSettings: facingC),
        tests("NATS", ["NATS", "TestKit", "TLS"]),
        .target(name: "Wire", dependencies: ["CProtobufC"], swiftSettings: facingC),
        .target(
            name: "Messages", dependencies: ["CMessages", "CProtobufC", "Wire"],
            swiftSettings: facingC),
        .target(
            name: "CTestMessages", dependencies: ["CProtobufC"], path: "Tests/CTestMessages"),
        .testTarget(
            name: "WireTests", dependencies: ["Wire", "Messages", "CTestMessages", "CProtobufC"],
            exclude: ["proto"], swiftSettings: facingC),
        module("RPC", ["RPCCore", "TLS", "Wire", "Messages", logging, metrics, tracing] + nio),
        tests(
            "RPC",
            [
                "RPC", "RPCCore", "Wire", "TLS", "Messages", "Stubs", "TestKit", logging, tracing,
            ] + nio),
        module("Stubs", ["Messages", "RPC", "RPCCore", "TLS", "Wire"]),
        .executableTarget(
            name: "protoc-gen-florin", dependencies: ["CMessages", "CProtobufC", "Wire"],
            swiftSettings: facingC),
        module("PrometheusMetrics", [.product(name: "CoreMetrics", package: "swift-metrics")]),
        tests(
            "PrometheusMetrics",
            [
                "PrometheusMetrics", metrics,
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
        .target(name: "DynamicMessages", dependencies: ["Wire"], swiftSettings: house),
        tests("DynamicMessages", ["DynamicMessages", "Messages", "Stubs", "Wire"]),
        // Run, drain, stop, health; journal, timers, recovery.
        .target(
            name: "ServiceKit",
            dependencies: [
                "Postgres", "TLS", "RPC", "Stubs", "Messages", "Wire", "Money", "Identifiers",
                "PrometheusMetrics", .product(name: "NIOHTTP1", package: "swift-nio"),
                logging, metrics, configuration, .product(name: "Yams", package: "Yams"),
            ] + lifecycle + nio,
            swiftSettings: house),
        tests(
            "ServiceKit",
            [
                "ServiceKit", "TestKit", "Postgres", "RPC", "TLS", "Stubs", "Messages", "Wire",
                "PrometheusMetrics", "DevSystem", "Identifiers", logging, configuration, metrics,
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ] + lifecycle + nio),
        module("SagaEngine", ["SagaCore", "Identifiers", logging]),
        tests("SagaEngine", ["SagaEngine", "SagaCore", "Identifiers", "TestKit", logging]),
        // The engine in a simulated world: docs/simulation.md.
        module(
            "SagaSimulation", ["SagaEngine", "SagaCore", "Identifiers", logging] + collections),
        tests("SagaSimulation", ["SagaSimulation", "SagaCore"]),
        .executableTarget(
            name: "florin-simulate", dependencies: ["SagaSimulation", "SagaCore", arguments],
            swiftSettings: house),

        // What payment and refund share: an operation asked of the acquirer, from its row to its
        // answer.
        .target(
            name: "AcquirerConnector",
            dependencies: [
                "AcquirerCore", "Money", "Identifiers", "ServiceKit", "Postgres", "TLS",
                "RPC", "Messages", "Stubs", "Wire",
            ],
            swiftSettings: house),

        // What reconciliation compares, asked of the services: for the command and the loop.
        .target(
            name: "ReconciliationReading",
            dependencies: [
                "ReconciliationCore", "Money", "Identifiers", "ServiceKit", "TLS", "RPC",
                "Messages", "Stubs", "Wire",
            ],
            swiftSettings: house),

        // What all services tell of one payment, as one timeline.
        module(
            "PaymentStories",
            ["ReconciliationReading", "Messages", "Stubs", "RPC", "Money", "Identifiers"]),

        // One module per service: a file for each RPC, a store for its SQL.
        .target(
            name: "PaymentService",
            dependencies: [
                "PaymentCore", "AcquirerConnector", "AcquirerCore", "FieldRules", "Money",
                "Identifiers", "ServiceKit", "Postgres", "TLS", "RPC", "Messages", "Stubs", "Wire",
                logging,
            ],
            swiftSettings: house),
        tests(
            "PaymentService",
            [
                "PaymentService", "PaymentCore", "AcquirerSandbox", "TestKit", "Stubs", "Messages",
                "RPC", "TLS", "Postgres", "ServiceKit", "Money", "Identifiers", "Wire",
            ]),
        .target(
            name: "RefundService",
            dependencies: [
                "RefundCore", "AcquirerConnector", "AcquirerCore", "FieldRules", "Money",
                "Identifiers", "ServiceKit", "Postgres", "TLS", "RPC", "Messages", "Stubs", "Wire",
            ],
            swiftSettings: house),
        tests(
            "RefundService",
            [
                "RefundService", "RefundCore", "AcquirerSandbox", "TestKit", "Stubs", "Messages",
                "RPC", "TLS", "Postgres", "ServiceKit", "Money", "Identifiers",
            ]),
        module(
            "FXService",
            [
                "FXCore", "Money", "Identifiers", "ServiceKit", "Postgres", "RPC",
                "Messages", "Stubs", "Wire", logging, metrics,
            ]),
        tests(
            "FXService",
            [
                "FXService", "FXCore", "TestKit", "Stubs", "Messages", "RPC", "TLS", "Postgres",
                "ServiceKit", "Money", "Identifiers", "PrometheusMetrics",
            ]),
        .target(
            name: "LedgerService",
            dependencies: [
                "LedgerCore", "Money", "Identifiers", "ServiceKit", "Postgres", "RPC", "TLS",
                "Messages", "Stubs", "Wire", logging,
            ] + lifecycle,
            swiftSettings: house),
        tests(
            "LedgerService",
            [
                "LedgerService", "LedgerCore", "TestKit", "Stubs", "Messages", "RPC", "Postgres",
                "ServiceKit", "Money", "Identifiers", "TLS", logging,
            ] + lifecycle),
        .target(
            name: "AcquirerSandbox",
            dependencies: [
                "AcquirerCore", "Money", "Identifiers", "ServiceKit", "Postgres", "TLS",
                "RPC", "Messages", "Stubs", "Wire",
            ],
            swiftSettings: house),
        tests(
            "AcquirerSandbox",
            [
                "AcquirerSandbox", "AcquirerCore", "TestKit", "Stubs", "Messages", "RPC", "TLS",
                "Postgres", "ServiceKit", "Money", "Identifiers",
            ]),
        .target(
            name: "OrchestratorService",
            dependencies: [
                "SagaCore", "SagaEngine", "SettlementCore", "FXCore", "Money",
                "Identifiers", "ServiceKit", "Postgres", "TLS", "RPC", "Messages", "Stubs", "Wire",
                "ReconciliationCore", "ReconciliationReading", logging, metrics,
            ] + lifecycle,
            swiftSettings: house),
        tests(
            "OrchestratorService",
            [
                "OrchestratorService", "SagaCore", "SagaEngine", "SettlementCore", "FXCore",
                "TestKit", "Stubs", "Messages", "RPC", "TLS", "Wire", "Postgres", "ServiceKit",
                "Money", "Identifiers", logging,
            ] + nio),
        .target(name: "GatewayCore", dependencies: ["Identifiers"], swiftSettings: house),
        tests("GatewayCore", ["GatewayCore", "Identifiers"]),
        // What the console's pages are made of.
        module("ConsoleCore", ["Money", "Identifiers"]),
        tests("ConsoleCore", ["ConsoleCore", "Money", "Identifiers"]),
        .target(
            name: "GatewayService",
            dependencies: [
                "GatewayCore", "ConsoleCore", "PaymentStories", "SagaCore", "Money", "Identifiers",
                "ServiceKit", "Postgres", "NATS", "TLS", "RPC", "Messages", "Stubs", "Wire",
                logging, metrics,
            ] + lifecycle + nio + http,
            swiftSettings: house),
        tests(
            "GatewayService",
            [
                "GatewayService", "GatewayCore", "PaymentService", "DevSystem", "TestKit", "Stubs",
                "Messages", "RPC", "TLS", "Postgres", "NATS", "Identifiers", logging, metrics,
                "ServiceKit", .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio, exclude: ["sdk", "browser"]),

        // What runs.
        service("payment", "PaymentService"),
        service("refund", "RefundService"),
        service("fx", "FXService"),
        service("ledger", "LedgerService"),
        service("acquirer", "AcquirerSandbox"),
        service("orchestrator", "OrchestratorService"),
        service("gateway", "GatewayService"),
        .target(
            name: "DevSystem",
            dependencies: [
                "TLS", "Postgres", "ServiceKit", "RPC", "Stubs", "Messages", "CLinux", logging,
            ] + nio,
            swiftSettings: house),
        .executableTarget(
            name: "florin",
            dependencies: [
                "DevSystem", "ServiceKit", "Postgres", "TLS", "RPC", "Stubs", "Messages", "Wire",
                "DynamicMessages", "Money", "FXCore", "Identifiers", "ReconciliationCore",
                "ReconciliationReading", "PaymentStories", arguments, logging,
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + lifecycle + nio,
            swiftSettings: house),

        // Measures RPC beside its peers: bench/README.md.
        .target(
            name: "CBenchMessages", dependencies: ["CProtobufC"], path: "bench/rpc/CMessages"),
        .target(
            name: "BenchMessages", dependencies: ["CBenchMessages", "CProtobufC", "Wire"],
            path: "bench/rpc/Messages", swiftSettings: facingC),
        .executableTarget(
            name: "florin-bench-rpc",
            dependencies: [
                "BenchMessages", "PrometheusMetrics", "RPC", "RPCCore", "Stubs", "TLS", "Wire",
                arguments, logging, metrics,
            ] + nio,
            path: "bench/rpc/Program", swiftSettings: house),
        // Measures the saga engine beside its peers.
        .executableTarget(
            name: "florin-bench-sagas",
            dependencies: [
                "OrchestratorService", "Postgres", "Identifiers", arguments, logging,
            ],
            path: "bench/sagas/Program", swiftSettings: house),

        // What scripts/fuzz.sh feeds with bytes.
        .target(
            name: "FuzzTargets", dependencies: ["RPC", "RPCCore", "Messages", "Wire"],
            path: "Tests/Fuzz", exclude: ["corpus", "crashers"], swiftSettings: house),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets"],
            path: "Tests/FuzzTests", swiftSettings: house),

        // Helpers of the tests, and the tests of the whole.
        .target(
            name: "TestKit",
            dependencies: [
                "DevSystem", "Postgres", "TLS", "RPC", "ServiceKit", "Identifiers", logging,
                "PrometheusMetrics", metrics,
            ] + lifecycle + nio,
            swiftSettings: house),
        tests("Interop", ["RPC", "TLS", "TestKit", logging] + nio),
        tests("CLI", ["DevSystem", "TestKit", "TLS", "Money"]),
        tests(
            "Deployment",
            [
                "PaymentService", "RefundService", "FXService", "LedgerService", "AcquirerSandbox",
                "OrchestratorService", "GatewayService", "DevSystem", "ServiceKit", "TestKit",
                "TLS", .product(name: "Yams", package: "Yams"),
            ]),
        tests(
            "Integration",
            [
                "DevSystem", "TestKit", "ServiceKit", "Stubs", "Messages", "RPC", "TLS", "Postgres",
                "Money", "Identifiers",
            ] + nio),
    ]
)

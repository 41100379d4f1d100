import DevSystem
import Messages
import NIOPosix
import RPC
import Stubs
import TLS
import Testing

/// A process is killed at every call of a payment and its refund, once before the call has its
/// effect and once after; the caller and the callee in turn. The payment ends right all the same.
@Suite("A killed process", .serialized)
struct KilledProcessTests {
    struct Link: CustomStringConvertible, Sendable {
        let caller: Role
        let callee: Role
        var description: String { "\(self.caller) → \(self.callee)" }
    }

    static let links = [
        Link(caller: .orchestrator, callee: .payment),
        Link(caller: .orchestrator, callee: .fx),
        Link(caller: .orchestrator, callee: .ledger),
        Link(caller: .orchestrator, callee: .refund),
        Link(caller: .payment, callee: .acquirer),
        Link(caller: .refund, callee: .acquirer),
    ]
    /// More calls than any link sees in one payment: a test that reaches it is broken.
    private static let mostCalls = 30

    @Test("Leaves every payment right, whichever call it interrupts", arguments: links)
    func interrupts(link: Link) async throws {
        let proxy = try await RecordProxy.start(on: MultiThreadedEventLoopGroup.singleton)
        var change = RunningSystem.Change(peerProxies: [
            .init(
                service: link.caller.rawValue, peer: link.callee,
                address: "127.0.0.1:\(proxy.port)")
        ])
        // Long enough for a restart: else the attempt is rightly given up as never made.
        for service in ["payment", "refund"] {
            change.settings.append(
                .init(service: service, key: "acquirer-window", value: "30s"))
        }
        try await RunningSystem.with(change) { system in
            let callee = await system.state.services[link.callee.rawValue]
            try proxy.forward(to: callee.required().address)
            try await self.payAndRefund(system, "before any fault")
            for moment in CallGate.Moment.allCases {
                for victim in [link.callee, link.caller] {
                    try await self.killAtEachCall(system, proxy, victim, moment)
                }
            }
            try await Invariants(system: system).checkTrialBalance()
        }
        await proxy.stop()
    }

    private func killAtEachCall(
        _ system: RunningSystem, _ proxy: RecordProxy, _ victim: Role, _ moment: CallGate.Moment
    ) async throws {
        for call in 1...Self.mostCalls {
            let context = "\(victim) killed at call \(call), \(moment.rawValue)"
            proxy.arm(moment, atCall: call)
            async let flow: Void = self.payAndRefund(system, context)
            async let interrupted = self.killWhenTripped(system, proxy, victim)
            _ = try await flow
            proxy.open()
            guard try await interrupted else {
                #expect(call > 1, "no call came by the proxy")
                return
            }
        }
        Issue.record("\(victim): more than \(Self.mostCalls) calls")
    }

    /// - Returns: Whether the call came; otherwise the flow ended before it.
    private func killWhenTripped(
        _ system: RunningSystem, _ proxy: RecordProxy, _ victim: Role
    ) async throws -> Bool {
        guard await proxy.trips() else { return false }
        await system.kill(victim)
        proxy.open()
        return true
    }

    private func payAndRefund(_ system: RunningSystem, _ context: String) async throws {
        let payment = try await system.eventually {
            try await system.create(Order(amount: "40.00 USD", settlement: "EUR"))
        }
        let paid = try await system.process(payment.id)
        #expect(paid.status == .succeeded, "\(context): \(paid.failure.map { "\($0)" } ?? "")")
        let refunded = try await system.refund(payment.id, "15.00 USD")
        #expect(
            refunded.status == .succeeded, "\(context): \(refunded.failure.map { "\($0)" } ?? "")")
        try await Invariants(system: system).check(payment.id, after: context)
    }
}

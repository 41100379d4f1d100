import Identifiers
import ServiceKit
import Testing

@Suite("Planning the parts of a table")
struct PartitionPlanTests {
    private static func time(_ day: String) throws -> Timestamp {
        try #require(CalendarDay(day)).start
    }

    private static func part(
        _ name: String, _ begin: String?, _ end: String?
    ) throws -> Partition {
        Partition(
            table: "payment", name: "payment_\(name)", begin: try begin.map(Self.time),
            end: try end.map(Self.time))
    }

    @Test("Goes on in quarters where quarters are, and the later part moves behind them")
    func quarters() throws {
        let parts = try [
            Self.part("later", "2027-01-01", nil),
            Self.part("2026_q4", "2026-10-01", "2027-01-01"),
            Self.part("before", nil, "2026-10-01"),
        ]
        let plan = PartitionPlan(
            table: "payment", parts: parts, until: try Self.time("2027-04-02"))
        #expect(plan.replaced == parts[0])
        #expect(plan.model == parts[1])
        let wanted = try [
            Self.part("2027_q1", "2027-01-01", "2027-04-01"),
            Self.part("2027_q2", "2027-04-01", "2027-07-01"),
            Self.part("later", "2027-07-01", nil),
        ]
        #expect(plan.missing == wanted)
    }

    @Test("Goes on in months where months are, up to where another part begins")
    func months() throws {
        let parts = try [
            Self.part("2028_12", "2028-12-01", "2029-01-01"),
            Self.part("later", "2029-01-01", "2100-01-01"), Self.part("other", "2100-01-01", nil),
        ]
        let plan = PartitionPlan(
            table: "payment", parts: parts, until: try Self.time("2029-01-02"))
        let wanted = try [
            Self.part("2029_01", "2029-01-01", "2029-02-01"),
            Self.part("later", "2029-02-01", "2100-01-01"),
        ]
        #expect(plan.missing == wanted)
    }

    @Test("Asks for nothing where all is there")
    func nothing() throws {
        let parts = try [
            Self.part("before", nil, "2026-10-01"), Self.part("later", "2026-10-01", nil),
        ]
        let plan = PartitionPlan(
            table: "payment", parts: parts, until: try Self.time("2026-10-01"))
        #expect(plan.missing.isEmpty)
    }

    @Test("Makes the later part anew when it went and the rest was not made")
    func interrupted() throws {
        let parts = try [Self.part("before", nil, "2026-10-01")]
        let plan = PartitionPlan(
            table: "payment", parts: parts, until: try Self.time("2026-01-01"))
        let wanted = try [Self.part("later", "2026-10-01", nil)]
        #expect(plan.replaced == nil)
        #expect(plan.missing == wanted)
    }

    @Test("Keys begin with their time", arguments: [PartitionKey.identifier, .paymentReference])
    func keys(_ key: PartitionKey) throws {
        let time = try Self.time("2027-04-01")
        #expect(key.time(of: key.first(at: time)) == time)
        let id = SystemIdentifierSource(clock: StandingClock(time: time)).next(PaymentKind.self)
        let made = key == .identifier ? id.uuid.description : "\(id)/saga_1/authorize"
        #expect(key.first(at: time) < made)
        #expect(key.first(at: time + .milliseconds(1)) > made)
    }

    private struct StandingClock: WallClock {
        let time: Timestamp
        func now() -> Timestamp { self.time }
    }
}

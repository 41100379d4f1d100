internal import FXCore
internal import Foundation
internal import Identifiers
internal import Money
internal import Testing

@Suite("Rate files of the ECB")
struct RateFileTests {
    private static let xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01">
        \t<gesmes:subject>Reference rates</gesmes:subject>
        \t<gesmes:Sender>
        \t\t<gesmes:name>European Central Bank</gesmes:name>
        \t</gesmes:Sender>
        \t<Cube>
        \t\t<Cube time='2026-11-20'>
        \t\t\t<Cube currency='USD' rate='1.0847'/>
        \t\t\t<Cube currency="JPY" rate="161.270" />
        \t\t</Cube>
        \t\t<Cube time="2026-11-19"><Cube currency="USD" rate="1.08"></Cube>
        \t\t<Cube currency="SKK" rate="30.126"/></Cube>
        \t</Cube>
        </gesmes:Envelope>
        """

    private static func sample(_ name: String) throws -> String {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appending(path: "docs/samples/\(name)"), encoding: .utf8)
    }

    private static func number(_ text: String) throws -> DecimalNumber {
        try DecimalNumber(parsing: text)
    }

    @Test("Reads XML of several days, oldest first, without currencies that are no more")
    func readsXML() throws {
        let publications = try rates(from: Self.xml)
        #expect(publications.map(\.day.description) == ["2026-11-19", "2026-11-20"])
        #expect(publications.map(\.source) == [.ecb, .ecb])
        #expect(publications[0].rates == [.usd: try Self.number("1.08")])
        #expect(
            publications[1].rates == [
                .usd: try Self.number("1.0847"), .jpy: try Self.number("161.27"),
            ])
    }

    @Test("Reads the daily CSV, its spaces and its spelt-out date")
    func readsDailyCSV() throws {
        let publications = try rates(
            from: "Date, USD, JPY, BGN, \n09 June 2023, 1.0780, 149.93, 1.9558, \n")
        #expect(publications.map(\.day.description) == ["2023-06-09"])
        #expect(
            publications[0].rates == [
                .usd: try Self.number("1.078"), .jpy: try Self.number("149.93"),
            ])
    }

    @Test("Reads the history CSV, its gaps and its line ends")
    func readsHistoryCSV() throws {
        let text =
            "\u{feff}Date,USD,JPY,ISK,\r\n2023-06-09,1.078,149.93,N/A,\r\n"
            + "2023-06-08,1.0737,149.86,150.3,\r\n\r\n"
        let publications = try rates(from: text, source: .ecb)
        #expect(publications.map(\.day.description) == ["2023-06-08", "2023-06-09"])
        #expect(publications.map(\.rates.count) == [3, 2])
    }

    @Test(
        "Reads the samples that ship, as samples, the same from both formats",
        arguments: ["eurofxref-sample.xml", "eurofxref-sample.csv"])
    func readsSamples(name: String) throws {
        let publications = try rates(from: try Self.sample(name))
        #expect(publications.map(\.source) == [.sample])
        #expect(publications.map(\.rates.count) == [29])
        #expect(publications == (try rates(from: try Self.sample("eurofxref-sample.xml"))))
        let refusal = #expect(throws: FXError.self) {
            try rates(from: try Self.sample(name), source: .ecb)
        }
        #expect(refusal?.code == .sourceMismatch)
    }

    @Test("Moves sample figures to another day, and only those")
    func dated() throws {
        let day = try #require(CalendarDay("2030-01-01"))
        let sample = try #require(try rates(from: try Self.sample("eurofxref-sample.csv")).last)
        let moved = try sample.dated(day)
        #expect(moved.day == day)
        #expect(moved.rates == sample.rates)
        let real = try #require(try rates(from: Self.xml).last)
        let refusal = #expect(throws: FXError.self) { try real.dated(day) }
        #expect(refusal?.code == .sourceMismatch)
    }

    @Test(
        "Refuses files that are empty, cut off or something else, and says where",
        arguments: [
            ("", FXError.Code.empty, nil), (" \n ", .empty, nil), ("Date, USD\n", .empty, nil),
            ("# sample\n", .empty, nil), ("hello", .malformed, 1),
            ("Date,USD,JPY\n2023-06-09,1.0", .partial, 2),
            ("Date,USD,JPY\n2023-06-09,1.0,1,2", .partial, 2),
            ("Date,USD\n2023-06-31,1.0", .malformed, 2), ("Date,USD\n1 Juin 2023,1", .malformed, 2),
            ("Date,USD\n2023-06-09,", .malformed, 2), ("Date,USD\n2023-06-09,0", .malformed, 2),
            ("Date,USD\n2023-06-09,-1", .malformed, 2), ("Date,USD\n2023-06-09,1e3", .malformed, 2),
            ("Date,USD\n2023-06-09,1234567890123456", .malformed, 2),
            ("Date,Usd\n2023-06-09,1", .malformed, 2), ("Date,EUR\n2023-06-09,1", .malformed, 2),
            ("Date,USD,USD\n2023-06-09,1,2", .duplicate, 2),
            ("Date,USD\n2023-06-09,1\n2023-06-08,1\n2023-06-09,1", .duplicate, 4),
            ("Date,USD\n2023-06-09,N/A", .empty, 2),
            ("<html></html>", .malformed, 1), ("<", .partial, 1),
            ("<!DOCTYPE a [<!ENTITY b SYSTEM '/etc/passwd'>]><a/>", .malformed, 1),
            ("<gesmes:Envelope/>", .empty, nil), ("<gesmes:Envelope>", .partial, 1),
            ("<gesmes:Envelope></Cube>", .malformed, 1),
            ("<gesmes:Envelope></gesmes:Envelope><a/>", .malformed, 1),
            ("<gesmes:Envelope a='&b;'/>", .malformed, 1),
            ("<gesmes:Envelope a='1' a='2'/>", .duplicate, 1),
            ("<gesmes:Envelope a=1/>", .malformed, 1),
        ] as [(String, FXError.Code, Int?)])
    func refuses(text: String, code: FXError.Code, line: Int?) {
        let error = #expect(throws: FXError.self) { try rates(from: text) }
        #expect(error?.code == code)
        #expect(error?.line == line)
    }

    @Test(
        "Refuses XML whose cubes are not what they should be",
        arguments: [
            ("<Cube currency='USD' rate='1'/>", FXError.Code.malformed),
            ("<Cube time='2026-11-20'><Cube currency='USD'/></Cube>", .partial),
            ("<Cube time='2026-11-20'><Cube rate='1'/></Cube>", .partial),
            ("<Cube time='yesterday'></Cube>", .malformed),
            ("<Cube time='2026-11-20'></Cube>", .empty),
            ("<Cube time='2026-11-20'><Cube currency='USD' rate='one'/></Cube>", .malformed),
            ("<Cube time='2026-11-20'><Cube time='2026-11-20'/></Cube>", .malformed),
            (
                """
                <Cube time='2026-11-20'><Cube currency='USD' rate='1'/>
                <Cube currency='USD' rate='1'/></Cube>
                """, .duplicate
            ),
        ] as [(String, FXError.Code)])
    func refusesCubes(cubes: String, code: FXError.Code) {
        let text = "<gesmes:Envelope>\n<Cube>\(cubes)</Cube></gesmes:Envelope>"
        let error = #expect(throws: FXError.self) { try rates(from: text) }
        #expect(error?.code == code)
        #expect(error?.line.map { $0 >= 2 } ?? false)
    }

    @Test("Takes no prefix of a file for the whole")
    func prefixes() throws {
        let whole = try rates(from: Self.xml)
        for length in 0..<Self.xml.count {
            let text = String(Self.xml.prefix(length))
            #expect(throws: FXError.self, "\(length) characters") { try rates(from: text) }
        }
        #expect(try rates(from: Self.xml) == whole)
    }

    @Test("Never traps on damaged files")
    func damaged() throws {
        var random = SplitMix64(seed: 16_00)
        for source in [Self.xml, try Self.sample("eurofxref-sample.csv")] {
            let bytes = Array(source.utf8)
            for _ in 0..<1_000 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let index = Int.random(in: 0..<damaged.count, using: &random)
                    damaged[index] = UInt8.random(in: 0...127, using: &random)
                }
                _ = try? rates(from: String(decoding: damaged, as: UTF8.self))
            }
        }
    }
}

@Suite("Publication")
struct PublicationTests {
    private static func publication(
        _ day: String, _ source: RateSource = .ecb, currencies: Int = 1
    ) throws -> Publication {
        let chosen = Currency.all.filter { $0 != .eur }.prefix(currencies)
        return try Publication(
            day: try #require(CalendarDay(day)), source: source,
            rates: Dictionary(uniqueKeysWithValues: chosen.map { ($0, DecimalNumber.one) }))
    }

    @Test("Chooses the last on or before the day, and sample figures only when there is no other")
    func selection() throws {
        let all = try [
            Self.publication("2026-11-19"), Self.publication("2026-11-20"),
            Self.publication("2026-11-22", .sample),
        ]
        func chosen(_ day: String) throws -> String? {
            let day = try #require(CalendarDay(day))
            return Publication.last(of: all, onOrBefore: day)?.day.description
        }
        #expect(try chosen("2026-11-18") == nil)
        #expect(try chosen("2026-11-19") == "2026-11-19")
        #expect(try chosen("2026-11-21") == "2026-11-20")
        #expect(try chosen("2026-11-23") == "2026-11-20")
        let day = try #require(CalendarDay("2026-11-23"))
        #expect(Publication.last(of: all.suffix(1), onOrBefore: day)?.source == .sample)
    }

    @Test("Lets Friday's rates serve until Monday ends, by the usual limit")
    func age() throws {
        let friday = try #require(CalendarDay("2026-11-20"))
        let mondaysEnd = friday.advanced(by: 4).start
        try RateAgeLimit().validate(friday, at: mondaysEnd)
        let error = #expect(throws: FXError.self) {
            try RateAgeLimit().validate(friday, at: mondaysEnd + .microseconds(1))
        }
        #expect(error?.code == .rateTooOld)
        try RateAgeLimit(hours: 120).validate(friday, at: mondaysEnd + .seconds(3600))
        try RateAgeLimit(hours: 0).validate(friday, at: friday.start)
    }

    @Test("Refuses a set that lost more than a quarter of its currencies")
    func partial() throws {
        try Self.publication("2026-11-20", currencies: 21).validate(againstCount: 28)
        try Self.publication("2026-11-20", currencies: 1).validate(againstCount: 0)
        try Self.publication("2026-11-20", currencies: 1).validate(againstCount: 5)
        let error = #expect(throws: FXError.self) {
            try Self.publication("2026-11-20", currencies: 20).validate(againstCount: 28)
        }
        #expect(error?.code == .partial)
    }

    @Test("Has a factor for the euro and for what was published")
    func factors() throws {
        let publication = try Self.publication("2026-11-20")
        #expect(try publication.factor(of: .eur) == .one)
        let error = #expect(throws: FXError.self) { try publication.factor(of: .kwd) }
        #expect(error?.code == .rateNotFound)
    }
}

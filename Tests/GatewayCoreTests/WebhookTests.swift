import GatewayCore
import Identifiers
import Testing

/// Random numbers that are all the same.
private struct Fixed: RandomNumberGenerator {
    let value: UInt64
    mutating func next() -> UInt64 { self.value }
}

@Suite("When webhooks are tried again")
struct RetryScheduleTests {
    private let start = Timestamp(microseconds: 1_000_000_000)

    @Test("The longest waits grow fourfold, up to half a day")
    func ceilings() {
        let schedule = RetrySchedule()
        let expected: [Duration] = [5, 20, 80, 320, 1_280, 5_120, 20_480, 43_200, 43_200].map {
            .seconds($0)
        }
        #expect((1...9).map(schedule.ceiling) == expected)
        #expect(schedule.ceiling(1_000_000) == .seconds(43_200))
    }

    /// Every history of an endpoint that never answers, at both ends of the jitter.
    @Test("Every delivery is given up in the end, and not before", arguments: [0, UInt64.max])
    func ends(random: UInt64) {
        let schedule = RetrySchedule(
            first: .seconds(5), longest: .seconds(3_600), giveUpAfter: .seconds(259_200))
        var randomness = Fixed(value: random)
        var now = self.start
        var attempts = 1
        while let next = schedule.next(
            after: attempts, begun: self.start, at: now, randomness: &randomness)
        {
            #expect(next >= now)
            #expect(next <= self.start + schedule.giveUpAfter)
            // An attempt takes some time, so that even without any wait it ends.
            now = next + .seconds(20)
            attempts += 1
        }
        #expect(now >= self.start + schedule.giveUpAfter)
        #expect(attempts > 10)
    }

    @Test("An endpoint that fails is left alone ever longer, five minutes at most")
    func pauses() {
        var most = Fixed(value: .max)
        var least = Fixed(value: 0)
        #expect(EndpointHealth.pause(after: 0, randomness: &most) == .zero)
        #expect(EndpointHealth.pause(after: 2, randomness: &most) == .zero)
        var before = Duration.zero
        for failures in 3...40 {
            let pause = EndpointHealth.pause(after: failures, randomness: &most)
            #expect(pause >= before)
            #expect(pause <= .seconds(300))
            #expect(EndpointHealth.pause(after: failures, randomness: &least) >= pause * 0.49)
            before = pause
        }
        #expect(EndpointHealth.window(failures: 0, most: 16) == 16)
        #expect(EndpointHealth.window(failures: 1, most: 16) == 1)
    }
}

@Suite("Types of events by patterns")
struct EventTypeTests {
    @Test(
        "A star stands for any text, everything else for itself",
        arguments: [
            ("*", EventType.allCases),
            ("charge.*", [.chargeSucceeded, .chargeFailed, .chargeCaptured, .chargeRefunded]),
            ("customer.created", [.customerCreated]),
            ("*.deleted", [.customerDeleted]),
            ("payment_i*.*eated*", [.paymentIntentCreated]),
            ("payment_i*.*up*ted", [.paymentIntentUpdated, .paymentIntentAmountCapturableUpdated]),
            ("*method*ached", [.paymentMethodAttached, .paymentMethodDetached]),
            ("*.*.*", []), ("charge", []), ("charge_*", []), ("payment?intent.created", []),
            ("customer.created*customer.created", []), ("", []), ("nothing.*", []),
        ] as [(String, [EventType])])
    func patterns(pattern: String, expected: [EventType]) {
        #expect(EventType.matching(pattern) == expected)
    }
}

@Suite("Where webhooks may go")
struct AddressRulesTests {
    @Test(
        "Not into networks that are nobody else's",
        arguments: [
            "0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.255.0.1",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.168.1.1",
            "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
            "fd12:3456::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::",
            "2001:db8::1", "64:ff9b::7f00:1", "2001::1",
        ])
    func special(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressRules().allows(address))
    }

    @Test(
        "To everything else",
        arguments: [
            "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
            "172.15.255.255", "172.32.0.0", "192.167.255.255", "223.255.255.255",
            "2606:4700::1111", "2a00:1450:4001:800::200e", "::ffff:1.1.1.1",
        ])
    func common(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressRules().allows(address))
    }

    @Test("And to networks that were allowed, by their bits")
    func allowed() throws {
        let rules = AddressRules(allowing: ["10.1.0.0/15", "::1/128"].compactMap(IPNetwork.init))
        for (text, isAllowed) in [
            ("10.0.255.255", true), ("10.1.2.3", true), ("10.2.0.0", false), ("::1", true),
            ("::2", false), ("127.0.0.1", false),
        ] {
            let address = try #require(IPAddress(text))
            #expect(rules.allows(address) == isAllowed, "\(text)")
        }
    }

    @Test(
        "What is no address or network",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.+4", "a.b.c.d", ":", ":::", "1::2::3",
            "12345::", "1:2:3:4:5:6:7:8:9", "g::", "::1%eth0",
        ])
    func malformed(text: String) {
        #expect(IPAddress(text) == nil)
        #expect(IPNetwork(text + "/8") == nil)
    }

    @Test(
        "Networks have no more bits than addresses",
        arguments: ["10.0.0.0/33", "::/129", "1.2.3.4", "1.2.3.4/-1"])
    func tooManyBits(text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test("A URL is taken apart")
    func urls() throws {
        let plain = try #require(WebhookURL("http://a.example:8080/x?y=z"))
        #expect(plain.place.host == "a.example")
        #expect(plain.place.port == 8_080)
        #expect(plain.target == "/x?y=z")
        #expect(plain.authority == "a.example:8080")
        #expect(!plain.isEncrypted)
        let encrypted = try #require(WebhookURL("HTTPS://[2606:4700::1]?q"))
        #expect(encrypted.place.host == "2606:4700::1")
        #expect(encrypted.place.port == 443)
        #expect(encrypted.target == "/?q")
        #expect(encrypted.authority == "[2606:4700::1]")
        #expect(WebhookURL("https://a.example")?.target == "/")
    }

    @Test(
        "What is no URL of an endpoint",
        arguments: [
            "", "example.com", "//example.com", "https://", "https:///x", "ftp://a", "https://a b",
            "https://user@a", "https://u:p@a", "https://a#f", "https://a:0", "https://a:65536",
            "https://a:", "https://a:8x", "https://[::1", "https://a\\b", "https://ä.example",
            "https://a/\r\nHost: b", "javascript:alert(1)",
        ])
    func badURLs(text: String) {
        #expect(WebhookURL(text) == nil)
    }
}

@Suite("What an endpoint is told of")
struct EventSelectionTests {
    @Test("All, or what it names")
    func contains() throws {
        let all = try EventSelection(["*"])
        let one = try EventSelection(["charge.failed"])
        for type in EventType.allCases {
            #expect(all.contains(type))
            #expect(one.contains(type) == (type == .chargeFailed))
        }
    }

    @Test(
        "Nothing, an unknown type, and all beside others are refused",
        arguments: [
            ([], "enabled_events"), (["a.b"], "enabled_events[0]"),
            (["*", "charge.failed"], "enabled_events"),
        ])
    func refused(names: [String], param: String) {
        let error = #expect(throws: APIError.self) { try EventSelection(names) }
        #expect(error?.param == param)
    }

    @Test("A signature tells its time and has one code for each secret")
    func signature() {
        let signature = WebhookSignature(time: 12)
        #expect(signature.payload(Array("{}".utf8)) == Array("12.{}".utf8))
        #expect(signature.text(codes: [[0x0a, 0xff]]) == "t=12,v1=0aff")
        #expect(signature.text(codes: [[1], [2]]) == "t=12,v1=01,v1=02")
    }
}

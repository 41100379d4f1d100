import GatewayCore
import Testing

@Suite("Forms")
struct FormDecoderTests {
    static func decode(_ text: String) throws(APIError) -> Parameter {
        try FormDecoder().decode(Array(text.utf8))
    }

    @Test("Texts, groups and lists")
    func structure() throws {
        let form = try Self.decode(
            "amount=1000&metadata[a b]=x%20y&metadata[c]=%C3%A9+z&expand[]=a&expand[]=b&n[x][y]=1&e=&flag"
        )
        #expect(
            form
                == .fields([
                    "amount": .text("1000"),
                    "metadata": .fields(["a b": .text("x y"), "c": .text("é z")]),
                    "expand": .items([.text("a"), .text("b")]),
                    "n": .fields(["x": .fields(["y": .text("1")])]),
                    "e": .text(""), "flag": .text(""),
                ]))
        #expect(try Self.decode("") == .fields([:]))
        #expect(try Self.decode("a%5Bb%5D=1") == .fields(["a": .fields(["b": .text("1")])]))
    }

    @Test("Items of groups begin anew when a name comes again")
    func itemsOfGroups() throws {
        let form = try Self.decode("a[][x]=1&a[][y]=2&a[][x]=3")
        #expect(
            form
                == .fields([
                    "a": .items([
                        .fields(["x": .text("1"), "y": .text("2")]), .fields(["x": .text("3")]),
                    ])
                ]))
    }

    @Test(
        "What cannot be read in one way only is refused",
        arguments: [
            "a=%", "a=%4", "a=%zz", "a=%ff", "a[=1", "a]=1", "a[b=1", "a[b]c=1", "a[[b]]=1", "=1",
            "[a]=1", "a=1&a=2", "a=1&a[b]=2", "a[b]=1&a=2", "a[]=1&a[b]=2", "a[b]=1&a[]=2",
            "a=%00", "a[b][c][d][e][f][g][h][i][j]=1",
        ])
    func malformed(text: String) {
        #expect(throws: APIError.self) { try Self.decode(text) }
    }

    @Test("A form has at most a thousand parameters")
    func tooMany() throws {
        let most = (0..<1_000).map { "a\($0)=1" }.joined(separator: "&")
        _ = try Self.decode(most)
        #expect(throws: APIError.self) { try Self.decode(most + "&b=1") }
    }

    @Test("The same parameters in another order are the same; others are not")
    func canonical() throws {
        let form = try Self.decode("a=1&m[x]=2&m[y]=3").canonical
        #expect(try Self.decode("m[y]=3&a=1&m[x]=2").canonical == form)
        for other in ["a=1&m[x]=2&m[y]=4", "a=1&m[x]=2", "a=1&m[x]=2&my=3", "a=1&m[]=2&m[]=3"] {
            #expect(try Self.decode(other).canonical != form)
        }
        // Lists have an order.
        #expect(try Self.decode("l[]=1&l[]=2").canonical != Self.decode("l[]=2&l[]=1").canonical)
    }
}

@Suite("Reading parameters")
struct ParametersTests {
    private static func parameters(_ text: String) throws(APIError) -> Parameters {
        Parameters(try FormDecoderTests.decode(text))
    }

    private static func refusal(
        _ text: String, _ read: (inout Parameters) throws(APIError) -> Void
    ) -> APIError? {
        do throws(APIError) {
            var parameters = try self.parameters(text)
            try read(&parameters)
            try parameters.finish()
            return nil
        } catch {
            return error
        }
    }

    @Test("Numbers, flags and lists")
    func reads() throws {
        var parameters = try Self.parameters("n=-5&f=true&l[0]=x&l[1]=y&m[]=z&e=")
        #expect(try parameters.integer("n") == -5)
        #expect(try parameters.flag("f") == true)
        #expect(try parameters.texts("l") == ["x", "y"])
        #expect(try parameters.texts("m") == ["z"])
        #expect(try parameters.texts("e") == [])
        #expect(try parameters.integer("missing") == nil)
        try parameters.finish()
    }

    @Test(
        "What is no whole number",
        arguments: ["1.5", "1e3", "abc", "", " 1", "+1", "0x10", "9223372036854775808", "١"])
    func integers(text: String) {
        let error = Self.refusal("n=\(text)") { parameters throws(APIError) in
            _ = try parameters.integer("n")
        }
        // A plus is a blank in a form.
        #expect(error?.code == "parameter_invalid_integer")
        #expect(error?.param == "n")
    }

    @Test("What was given and not read is refused by its whole name")
    func unknown() {
        let error = Self.refusal("card[token]=x&card[number]=4242&b=1&a=2") {
            parameters throws(APIError) in
            var card = try parameters.group("card")
            _ = try card?.text("token")
            try card?.finish()
        }
        #expect(error?.param == "card[number]")
        #expect(error?.code == "parameter_unknown")
        let top = Self.refusal("b=1&a=2") { _ in }
        #expect(top?.message == "Received unknown parameters: a, b")
    }

    @Test("Metadata: entries, one taken away, all taken away, and what does not hold")
    func metadata() throws {
        var parameters = try Self.parameters("metadata[b]=2&metadata[a]=&metadata[6735]=n")
        let change = try parameters.metadata()
        #expect(change?.entries.map(\.key) == ["6735", "a", "b"])
        #expect(change?.initial.map(\.key) == ["6735", "b"])
        let after = try change?.applied(to: [("a", "1"), ("z", "9")])
        #expect(after?.map(\.key) == ["z", "6735", "b"])
        var cleared = try Self.parameters("metadata=")
        #expect(try cleared.metadata()?.isCleared == true)
        let long = String(repeating: "k", count: 41)
        for text in [
            "metadata=x", "metadata[]=x", "metadata[\(long)]=x",
            "metadata[k]=\(String(repeating: "v", count: 501))", "metadata[k][l]=x",
        ] {
            let error = Self.refusal(text) { parameters throws(APIError) in
                _ = try parameters.metadata()
            }
            #expect(error?.param?.hasPrefix("metadata") == true, "\(text)")
        }
        let many = (0...50).map { "metadata[k\($0)]=x" }.joined(separator: "&")
        let tooMany = Self.refusal(many) { parameters throws(APIError) in
            _ = try parameters.metadata()
        }
        #expect(tooMany?.param == "metadata")
    }

    @Test("Lists: limits, one cursor at most, and ranges of time")
    func lists() throws {
        var parameters = try Self.parameters(
            "limit=3&starting_after=x&created[gt]=10&created[lte]=20")
        let query = try parameters.listQuery()
        #expect(query.limit == 3)
        #expect(query.place == .after("x"))
        #expect(query.created == CreatedRange(from: 11, to: 21))
        #expect(query.created.fromMicroseconds == 11_000_000)
        var exact = try Self.parameters("created=7")
        #expect(try exact.listQuery().created == CreatedRange(from: 7, to: 8))
        for (text, param) in [
            ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"),
            ("starting_after=a&ending_before=b", "starting_after"), ("created=x", "created"),
            ("created[gt]=x", "created[gt]"), ("created[foo]=1", "created[foo]"),
        ] {
            let error = Self.refusal(text) { parameters throws(APIError) in
                _ = try parameters.listQuery()
            }
            #expect(error?.param == param, "\(text)")
        }
    }

    @Test("What can be expanded, four levels deep at most")
    func expansion() throws {
        let expansion = try Expansion(
            ["latest_charge.balance_transaction", "customer"], of: .paymentIntent, isList: false)
        #expect(expansion["latest_charge"]?["balance_transaction"] != nil)
        #expect(expansion["payment_method"] == nil)
        _ = try Expansion(["data.source.payment_intent"], of: .balanceTransaction, isList: true)
        for (path, isList) in [
            ("amount", false), ("customer.name", false), ("", false), ("customer", true),
            ("data", true), ("data.nothing", true),
            ("latest_charge.payment_intent.latest_charge.payment_intent.customer", false),
        ] {
            #expect(throws: APIError.self, "\(path)") {
                try Expansion([path], of: .paymentIntent, isList: isList)
            }
        }
    }
}

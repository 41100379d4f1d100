import GatewayCore
import Testing

@Suite("A search")
struct SearchQueryTests {
    private static let fields: [String: SearchField] = [
        "status": .token, "amount": .number, "email": .text, "metadata": .metadata,
    ]

    private func parsed(_ text: String) throws -> SearchQuery {
        var parameters = Parameters(.fields(["query": .text(text)]))
        return try parameters.searchQuery(Self.fields)
    }

    private func single(_ text: String) throws -> SearchQuery.Clause {
        let query = try self.parsed(text)
        return try #require(query.clauses.first)
    }

    @Test(
        "Compares fields with values",
        arguments: [
            ("status:'succeeded'", "status", .equal("succeeded")),
            ("status:\"a 'b'\"", "status", .equal("a 'b'")),
            ("status:'it\\'s'", "status", .equal("it's")),
            ("status:paid", "status", .equal("paid")),
            ("amount:5", "amount", .number(.equal, 5)),
            ("amount>1000", "amount", .number(.above, 1_000)),
            ("amount>=1000", "amount", .number(.atLeast, 1_000)),
            ("  amount < '7'  ", "amount", .number(.below, 7)),
            ("amount<=-1", "amount", .number(.atMost, -1)),
            ("email~'@example'", "email", .contains("@example")),
            ("status:'null'", "status", .equal("null")),
        ] as [(String, String, SearchQuery.Condition)])
    func compares(text: String, field: String, condition: SearchQuery.Condition) throws {
        let clause = try self.single(text)
        #expect(clause.field == field)
        #expect(clause.condition == condition)
        #expect(clause.key == nil)
        #expect(!clause.isNegated)
    }

    @Test("Asks for entries of metadata, and for their absence")
    func metadata() throws {
        let order = try self.single("metadata[\"order id\"]:'17'")
        #expect(order.key == "order id")
        #expect(order.condition == .equal("17"))
        let none = try self.single("-metadata['order']:null")
        #expect(none.condition == .absent)
        #expect(none.isNegated)
    }

    @Test("Joins clauses by AND or by OR")
    func joins() throws {
        let all = try self.parsed("status:'a' AND -status:'b' AND amount>1")
        #expect(all.joint == .all)
        #expect(all.clauses.map(\.isNegated) == [false, true, false])
        let any = try self.parsed("status:'a AND b' OR amount:1")
        #expect(any.joint == .any)
        #expect(any.clauses.count == 2)
    }

    @Test(
        "Tells where it cannot be read, and why",
        arguments: [
            ("", "empty string"), ("status", "an operator after 'status', at character 7"),
            ("status:", "expected a value"), ("status:'a", "no end"), ("nothing:1", "no field"),
            ("amount:x", "whole number"), ("amount:99999999999999999999", "whole number"),
            ("status>'a'", "cannot be searched by >"), ("status~'abc'", "cannot be searched by ~"),
            ("email~'ab'", "at least three"), ("status:null", "never null"),
            ("metadata:'a'", "expected a key"), ("metadata['a:'b'", "expected a key"),
            ("status:'a' AND", "name of a field"), ("status:'a' status:'b'", "expected AND, OR"),
            ("status:'a' AND status:'b' OR amount:1", "same query"),
            ("status:'a' and amount:1", "expected AND, OR"), ("- status:'a'", "name of a field"),
            ("(status:'a')", "name of a field"),
        ])
    func refuses(text: String, problem: String) throws {
        let error = try #require(throws: APIError.self) { try self.parsed(text) }
        #expect(error.status == 400)
        #expect(error.param == "query")
        #expect(error.message.contains(problem), "\(error.message)")
    }

    @Test("Has ten clauses at most")
    func limit() throws {
        func text(_ count: Int) -> String {
            Array(repeating: "amount>1", count: count).joined(separator: " AND ")
        }
        let ten = try self.parsed(text(10))
        #expect(ten.clauses.count == 10)
        #expect(throws: APIError.self) { try self.parsed(text(11)) }
    }

    /// Whatever is given, it is read or refused.
    @Test("Survives any short text")
    func anything() {
        let pieces = ["-", "status", ":", "'", "\\", "metadata", "[", "]", "AND ", "1", "é", " "]
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    for fourth in pieces {
                        _ = try? self.parsed(first + second + third + fourth)
                    }
                }
            }
        }
    }
}

internal import ConsoleCore
internal import GatewayCore
internal import Identifiers
internal import RPC
internal import Stubs

/// The console's pages. They only read: what operators change, they change by their certificates.
struct Console: Sendable {
    let payments: PaymentServiceClient
    let refunds: RefundServiceClient
    let admin: SagaAdminServiceClient
    let fx: FXServiceClient
    let ledger: LedgerServiceClient
    let store: GatewayStore
    let sampler: TrafficSampler
    let clock: any WallClock

    var options: CallOptions { CallOptions(timeout: .seconds(5)) }

    /// - Parameter path: Below "/console".
    /// - Returns: `nil` when there is no such page.
    func page(_ path: [String], _ query: inout Parameters) async throws -> Page? {
        switch (path.first, path.count) {
        case (nil, _): return await self.overview()
        case ("payments", 1): return await self.paymentList(try PaymentFilter(&query))
        case ("payments", 2):
            guard let id = PaymentID(path[1]) else { return nil }
            return await self.payment(id)
        case ("sagas", 1): return await self.sagaList(try SagaFilter(&query))
        case ("sagas", 2):
            guard let id = SagaID(path[1]) else { return nil }
            return await self.saga(id)
        case ("ledger", 1): return await self.books(try AccountFilter(&query))
        case ("webhooks", 1): return await self.webhooks(try DeliveryListFilter(&query))
        case ("rates", 1): return await self.rates()
        default: return nil
        }
    }

    /// A part of a page. One whose service does not answer says so, and the others stand.
    func part(_ service: String, _ read: () async throws -> HTML) async -> HTML {
        do {
            return try await read()
        } catch let error as RPCError {
            if error.code == .notFound { return .note("The \(service) service has no such thing.") }
            return .note("The \(service) service does not answer: \(error.message)")
        } catch {
            return .note("The \(service) service's answer cannot be shown.")
        }
    }
}

/// A page's place in a list, and the way to the next.
struct Cursor: Hashable, Sendable {
    /// Where the page begins; empty: at the newest.
    let text: String

    init(_ query: inout Parameters) throws(APIError) {
        self.text = try query.text("cursor", length: 0...200) ?? ""
    }

    /// - Parameter filter: What else stands in the address, escaped for it.
    func links(to next: String?, path: StaticString, filter: [(String, String)]) -> HTML {
        let terms = filter.filter { !$0.1.isEmpty }.map { "\($0.0)=\(urlEscaped($0.1))" }
        func address(_ more: [String]) -> String {
            let all = terms + more
            let query = all.isEmpty ? "" : "?" + all.joined(separator: "&")
            return "/console/\(String(describing: path))\(query)"
        }
        let first: HTML = .when(
            !self.text.isEmpty, "<a href=\"\(address([]))\">To the newest</a>")
        guard let next, !next.isEmpty else {
            return "<nav class=\"pages\" aria-label=\"Pages\">\(first)</nav>"
        }
        return """
            <nav class="pages" aria-label="Pages">\(first)\
            <a rel="next" href="\(address(["cursor=\(urlEscaped(next))"]))">Older ones</a></nav>
            """
    }
}

/// `text` as it may stand in an address's query.
func urlEscaped(_ text: String) -> String {
    text.utf8.map { byte in
        let isPlain =
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                true
            default: false
            }
        let digits = String(byte, radix: 16, uppercase: true)
        return isPlain
            ? String(UnicodeScalar(byte)) : "%\(digits.count == 1 ? "0" : "")\(digits)"
    }.joined()
}

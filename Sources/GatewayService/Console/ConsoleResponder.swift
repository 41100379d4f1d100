internal import ConsoleCore
internal import GatewayCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Identifiers
internal import Logging
internal import NIOCore
internal import TLS

/// Answers the console's requests: who is in sees the pages, who is not sees the door.
struct ConsoleResponder: Sendable {
    let console: Console
    let sessions: ConsoleSessions
    /// Whether browsers reach it by TLS: the cookie then never travels without.
    let isSecure: Bool
    let logger: Logger

    func respond(to request: Request) async -> Response {
        do {
            return try await self.answer(request).response
        } catch let error as APIError {
            return self.failed("This request cannot be read", error.message, status: error.status)
        } catch {
            self.logger.error(
                "console failed", metadata: ["error": "\(String(reflecting: error))"])
            return self.failed(
                "Something went wrong", "The gateway's log tells what. Try again.", status: 503)
        }
    }

    private func answer(_ request: Request) async throws -> ConsoleAnswer {
        let target = request.head.path ?? "/"
        let path = target.prefix { $0 != "?" }
        let parts = path.split(separator: "/").dropFirst().map(String.init)
        var query = GatewayCore.Parameters(
            try FormDecoder().decode(Array(target.dropFirst(path.count + 1).utf8)))
        switch (request.method, parts.first) {
        case (.get, "console.css"): return ConsoleAnswer(asset: Stylesheet.text, type: "text/css")
        case (.get, "console.js"):
            return ConsoleAnswer(asset: Script.text, type: "text/javascript")
        case (.get, "login"): return try self.door(&query)
        case (.post, "login"): return try await self.login(request)
        case (.post, "logout"): return try await self.logout(request)
        case (.get, _): break
        default: return self.refused("There is nothing of that kind here.", status: 405)
        }
        guard let session = self.session(of: request), try await self.sessions.isOpen(session)
        else {
            return self.refused("Only operators may look, with a link of their own.", status: 401)
        }
        if parts == ["find"] { return try self.find(&query) }
        guard let page = try await self.console.page(parts, &query) else {
            return self.refused("There is no such page.", status: 404)
        }
        // The script asks for the moving part alone.
        if request.headers[.fragment] != nil { return ConsoleAnswer(page.live) }
        return ConsoleAnswer(page.html(assets: Self.assets))
    }

    /// Names the version of stylesheet and script.
    private static let assets = sha256(Array((Stylesheet.text + Script.text).utf8)).prefix(8)
        .map { String($0, radix: 16) }.joined()

    private func find(_ query: inout GatewayCore.Parameters) throws(APIError) -> ConsoleAnswer {
        let id = try query.text("id", length: 0...200)?.filter { !$0.isWhitespace } ?? ""
        if SagaID(id) != nil { return ConsoleAnswer(to: "/console/sagas/\(id)") }
        if PaymentID(id) != nil { return ConsoleAnswer(to: "/console/payments/\(id)") }
        return self.refused("This is no id of a payment or a saga.", status: 404)
    }
}

// MARK: - The door

extension ConsoleResponder {
    private var cookieName: String { self.isSecure ? "__Host-florin" : "florin" }

    private func session(of request: Request) -> String? {
        for pair in (request.headers[.cookie] ?? "").split(separator: ";") {
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == self.cookieName { return String(parts[1]) }
        }
        return nil
    }

    private func cookie(_ value: String, maxAge: Int64) -> String {
        "\(self.cookieName)=\(value); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Strict"
            + (self.isSecure ? "; Secure" : "")
    }

    /// Asks first: what only looks at links, as mail programs do, must not use one up.
    private func door(_ query: inout GatewayCore.Parameters) throws(APIError) -> ConsoleAnswer {
        let token = try query.text("token", length: 0...200) ?? ""
        guard let token = ConsoleToken(token) else {
            return self.refused("This is no link into the console.", status: 401)
        }
        let content: HTML = """
            <p>You will see payments, sagas and balances for eight hours, and change nothing.</p>\
            <form method="post" action="/console/login">\
            <input type="hidden" name="token" value="\(token.text)">\
            <button class="main">Open the console</button></form>
            """
        return ConsoleAnswer(
            Page.door("Florin's console", content, assets: Self.assets))
    }

    private func login(_ request: Request) async throws -> ConsoleAnswer {
        guard let body = try? await request.body.collect(upTo: 4_096) else {
            return self.refused("This is too much for a link.", status: 413)
        }
        var form = GatewayCore.Parameters(try FormDecoder().decode(Array(body.readableBytesView)))
        guard let opened = try await self.sessions.open(try form.requiredText("token")) else {
            return self.refused("This link was used before, or is too old.", status: 401)
        }
        self.logger.notice("console opened", metadata: ["operator": "\(opened.operator)"])
        return ConsoleAnswer(to: "/console").setting(
            self.cookie(opened.token, maxAge: ConsoleSessions.lifetime.components.seconds))
    }

    private func logout(_ request: Request) async throws -> ConsoleAnswer {
        if let session = self.session(of: request) { try await self.sessions.close(session) }
        let content: HTML = "<p>This session is over.</p>"
        return ConsoleAnswer(Page.door("Signed out", content, assets: Self.assets))
            .setting(self.cookie("", maxAge: 0))
    }

    private func refused(_ why: String, status: Int) -> ConsoleAnswer {
        let hint: HTML =
            status == 401
            ? """
            <p>Ask for one with your certificate:</p>\
            <p><code>florin gateway console-login</code></p>
            """ : "<p><a href=\"/console\">To the overview</a></p>"
        return ConsoleAnswer(
            Page.door("Florin's console", "<p>\(why)</p>\(hint)", assets: Self.assets),
            status: status)
    }

    private func failed(_ title: String, _ why: String, status: Int) -> Response {
        ConsoleAnswer(
            Page.door(title, "<p>\(why)</p>", assets: Self.assets), status: status
        ).response
    }
}

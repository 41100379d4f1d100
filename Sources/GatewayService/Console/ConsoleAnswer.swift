internal import ConsoleCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// What the console answers a request with.
struct ConsoleAnswer {
    var status = 200
    private let type: String
    private let body: [UInt8]
    private var more: [(HTTPField.Name, String)] = []

    init(_ html: HTML, status: Int = 200) {
        self.status = status
        self.type = "text/html; charset=utf-8"
        self.body = Array(html.markup.utf8)
    }

    /// A file that never changes under its address.
    init(asset text: String, type: String) {
        self.type = "\(type); charset=utf-8"
        self.body = Array(text.utf8)
        self.more = [(.cacheControl, "public, max-age=31536000, immutable")]
    }

    /// Sends the browser on.
    init(to path: String) {
        self.init(HTML.empty, status: 303)
        self.more = [(.location, path)]
    }

    func setting(_ cookie: String) -> ConsoleAnswer {
        var answer = self
        answer.more.append((.setCookie, cookie))
        return answer
    }

    /// Nothing from elsewhere, nothing inline, in nobody's frame, and no address told to others.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
        connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    var response: Response {
        var headers = HTTPFields()
        headers[.contentType] = self.type
        headers[.contentSecurityPolicy] = Self.policy
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        headers[.cacheControl] = "no-store"
        for (name, value) in self.more { headers[name] = value }
        return Response(
            status: HTTPResponse.Status(code: self.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: self.body)))
    }
}

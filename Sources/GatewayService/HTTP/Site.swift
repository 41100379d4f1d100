internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// All that is answered by HTTP: the console below "/console", else the API.
struct Site: HTTPResponder {
    typealias Context = BasicRequestContext

    let api: Responder
    let console: ConsoleResponder
    let traffic: HTTPTraffic

    func respond(to request: Request, context: Context) async throws -> Response {
        let path = request.head.path ?? "/"
        if Self.isConsole(path) { return await self.console.respond(to: request) }
        let start = ContinuousClock.now
        let response = try await self.api.respond(to: request, context: context)
        self.traffic.note(status: response.status.code, took: ContinuousClock.now - start)
        return response
    }

    private static func isConsole(_ path: String) -> Bool {
        path == "/console" || path.hasPrefix("/console/") || path.hasPrefix("/console?")
    }
}

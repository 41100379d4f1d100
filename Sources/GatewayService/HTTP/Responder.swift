internal import Foundation
internal import GatewayCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Identifiers
internal import Logging
internal import NIOCore
internal import Postgres
internal import RPC
internal import ServiceKit

/// Answers one HTTP request: who asks, may they, what do they ask, was it asked before, do it.
struct Responder: HTTPResponder {
    typealias Context = BasicRequestContext

    let api: API
    let keys: KeyRing
    let limiter: Limiter
    let identifiers: any IdentifierSource
    let bodyLimit: Int
    let logger: Logger

    /// What the answers' form is like when a request does not name a version.
    private static let version = "2025-09-30.clover"

    func respond(to request: Request, context: Context) async throws -> Response {
        let requestID = self.identifiers.next(RequestKind.self).description
        var reply = Reply(requestID: requestID)
        do {
            try await self.answer(request, &reply)
        } catch let error as APIError {
            reply.fail(error)
        } catch {
            reply.fail(self.explained(error, requestID))
        }
        return reply.response
    }

    private func answer(_ request: Request, _ reply: inout Reply) async throws {
        let caller = try await self.authenticate(request)
        try self.limiter.begin(caller.key.id)
        defer { self.limiter.end(caller.key.id) }
        reply.version = try Self.version(of: request) ?? Self.version
        let target = request.head.path ?? "/"
        let path = target.prefix { $0 != "?" }
        guard let (endpoint, ids) = EndpointTable.all.find(request.method.rawValue, path) else {
            throw APIError(
                status: 404,
                "Unrecognized request URL (\(request.method.rawValue): \(path.prefix(200))).")
        }
        try Self.check(caller, endpoint, request)
        let form = try await self.form(of: request, query: target.dropFirst(path.count + 1))
        var call = Call(
            caller: caller, ids: try ids.map(Self.decoded), parameters: Parameters(form))
        if endpoint.isPublishable { try self.checkClientSecret(&call) }
        let work = try endpoint.prepare(self.api, &call)
        try call.parameters.finish()
        guard endpoint.method == .post, let key = request.headers[.idempotencyKey], !key.isEmpty
        else {
            let root = self.identifiers.next(RootKind.self)
            let answer = try await work(Execution(root: root, isResumed: false))
            return reply.set(answer)
        }
        guard key.unicodeScalars.count <= 255 else { throw APIError.keyTooLong }
        reply.idempotencyKey = key
        let identified = IdentifiedRequest(
            key: key, caller: caller, method: endpoint.method.rawValue, path: String(path),
            form: form)
        try await self.carryOutOnce(identified, work, &reply)
    }

    private func authenticate(_ request: Request) async throws -> Caller {
        guard let header = request.headers[.authorization] else {
            throw APIError.unauthorized(
                "You did not provide an API key. You need to provide your API key in the "
                    + "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                    + "YOUR_SECRET_KEY').")
        }
        guard let text = APIKey.text(authorization: header, decodeBase64: decodedBase64) else {
            throw APIError.unauthorized(
                "The Authorization header holds no API key. Use Bearer auth.")
        }
        return try await self.keys.caller(text)
    }

    private static func check(
        _ caller: Caller, _ endpoint: Endpoint, _ request: Request
    ) throws(APIError) {
        if caller.key.kind == .publishable {
            guard endpoint.isPublishable else {
                throw .forbidden(
                    "This API call cannot be made with a publishable API key. Please use a secret "
                        + "API key.")
            }
        } else if !caller.may(endpoint.permission) {
            throw .forbidden(
                "The provided key '\(caller.key.hint)' does not have the required permissions for "
                    + "this endpoint. Having the '\(endpoint.permission.text)' permission would "
                    + "allow this request to continue.")
        }
        if let other = request.headers[.stripeAccount],
            other != caller.account.id.description
        {
            throw .forbidden(
                "The provided key '\(caller.key.hint)' does not have access to account "
                    + "'\(other.prefix(80))' (or that account does not exist).")
        }
    }

    /// With a publishable key a payment is shown to whoever has its client secret.
    private func checkClientSecret(_ call: inout Call) throws(APIError) {
        let given = try call.parameters.text("client_secret", length: 1...200)
        guard given != nil || call.caller.key.kind == .publishable else { return }
        guard let given else { throw call.parameters.missing("client_secret") }
        guard given == ClientSecret.of(call.id, call.caller.account) else {
            throw .invalid(
                "The client_secret provided does not match any associated PaymentIntent.",
                "client_secret", code: "resource_missing")
        }
    }

    private static func version(of request: Request) throws(APIError) -> String? {
        guard let version = request.headers[.stripeVersion] else { return nil }
        let date = version.prefix(10).split(separator: "-")
        guard date.map(\.count) == [4, 2, 2], date.allSatisfy({ $0.allSatisfy(\.isNumber) }),
            version.count <= 40
        else {
            throw .invalid("Invalid Stripe API version: \(version.prefix(40))", nil)
        }
        return version
    }

    /// The parameters of the query and of the body.
    private func form(of request: Request, query: Substring) async throws -> Parameter {
        var bytes = Array(query.utf8)
        guard request.method == .post else { return try FormDecoder().decode(bytes) }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: self.bodyLimit)
        } catch is NIOTooManyBytesError {
            throw APIError(
                status: 413, "The request has more than \(self.bodyLimit) bytes.")
        }
        guard body.readableBytes > 0 else { return try FormDecoder().decode(bytes) }
        let type = request.headers[.contentType]?.prefix { $0 != ";" } ?? ""
        guard type.lowercased() == "application/x-www-form-urlencoded" else {
            throw APIError.malformed(
                "Invalid request: the content type must be application/x-www-form-urlencoded.")
        }
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        bytes.append(contentsOf: body.readableBytesView)
        return try FormDecoder().decode(bytes)
    }

    /// An id in a path, percent-decoded.
    private static func decoded(_ text: String) throws(APIError) -> String {
        guard text.contains("%") || text.contains("+") else { return text }
        guard let decoded = text.removingPercentEncoding else {
            throw .malformed("The request's path is not UTF-8.")
        }
        return decoded
    }
}

// MARK: - Once

/// A request with its idempotency key.
private struct IdentifiedRequest {
    let key: String
    let caller: Caller
    let method: String
    let path: String
    let form: Parameter
}

extension Responder {
    private func carryOutOnce(
        _ request: IdentifiedRequest, _ work: @escaping Work, _ reply: inout Reply
    ) async throws {
        var reservation = IdempotencyStore.Reservation(
            scope: request.caller.scope, key: request.key,
            id: self.identifiers.next(RootKind.self),
            requestHash: requestHash(
                "\(request.method) \(request.path)", request.form.canonical))
        var isResumed = false
        switch try await self.decide(reservation) {
        case .execute: break
        case .replay(let answer): return reply.replay(answer)
        case .refuse(let error): throw error
        case .resume(let id):
            guard try await self.api.idempotency.takeOver(reservation) else {
                throw APIError.keyInUse
            }
            reservation = IdempotencyStore.Reservation(
                scope: reservation.scope, key: reservation.key, id: RootID(uuid: id),
                requestHash: reservation.requestHash)
            isResumed = true
        }
        let execution = Execution(root: reservation.id, isResumed: isResumed)
        // In a task of its own: a caller who goes away does not stop what was begun.
        let requestID = reply.requestID
        let begun = reservation
        let task = Task { await self.carryOut(work, execution, begun, requestID) }
        switch await task.value {
        case .success(let answer): reply.set(answer)
        case .failure(let error): throw error
        }
    }

    private func decide(
        _ reservation: IdempotencyStore.Reservation
    ) async throws -> IdempotencyDecision {
        switch try await self.api.idempotency.begin(reservation) {
        case .isNew: .execute
        case .known(let record):
            IdempotencyDecision(
                record, requestHash: reservation.requestHash, key: reservation.key)
        }
    }

    private func carryOut(
        _ work: @escaping Work, _ execution: Execution, _ reservation: IdempotencyStore.Reservation,
        _ requestID: String
    ) async -> Result<Answer, APIError> {
        let result: Result<Answer, APIError>
        do {
            result = .success(try await work(execution))
        } catch let error as APIError {
            result = .failure(error)
        } catch {
            result = .failure(self.explained(error, requestID))
        }
        do {
            try await self.api.idempotency.end(
                reservation, Self.ending(result, execution, requestID))
        } catch {
            // The answer holds. A repeat finds the key at work, and later comes to the same.
            self.logger.warning(
                "answer not kept",
                metadata: ["request": "\(requestID)", "error": "\(String(reflecting: error))"])
        }
        return result
    }

    private static func ending(
        _ result: Result<Answer, APIError>, _ execution: Execution, _ requestID: String
    ) -> IdempotencyStore.Ending {
        func answered(_ status: Int, _ body: [UInt8]) -> IdempotencyStore.Ending {
            .answered(
                SavedAnswer(status: status, body: body, requestID: requestID),
                movedMoney: execution.hasMovedMoney)
        }
        switch result {
        case .success(let answer): return answered(answer.status, answer.body)
        case .failure(let error):
            switch error.remembered {
            case .always: return answered(error.status, error.body)
            case .undecided: return .abandoned
            case .not where execution.isResumed || (error.status == 429 && execution.hasActed):
                return .abandoned
            case .not where execution.hasActed: return answered(error.status, error.body)
            case .not: return .freed
            }
        }
    }

    /// What an unexpected error is to the caller. The whole is in the log only.
    private func explained(_ error: any Error, _ requestID: String) -> APIError {
        if let error = error as? RPCError { return APIError(error) }
        self.logger.error(
            "request failed",
            metadata: ["request": "\(requestID)", "error": "\(String(reflecting: error))"])
        if let error = error as? PostgresError {
            return error.isTransient ? .unavailable(.undecided) : .broken
        }
        return .broken
    }
}

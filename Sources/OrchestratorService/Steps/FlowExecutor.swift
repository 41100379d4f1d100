internal import Logging
internal import Messages
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import Wire

/// Carries out the steps of all flows, and tells refusals from what is merely unknown.
struct FlowExecutor: SagaExecutor {
    let flows: FlowBook
    let participants: Participants
    let logger: Logger

    func execute(_ call: StepCall) async -> StepOutcome {
        do {
            let (step, context) = try prepare(call, .action)
            switch try await step.act(context) {
            case .done(let answer):
                return .succeeded(answer: answer.encoded())
            case .notNeeded:
                return .skipped
            case .inDoubt:
                return .inDoubt
            case .refused(let code, let declineCode, let message, let answer):
                let failure = Failure(
                    step: call.definition.name, code: code, declineCode: declineCode,
                    message: message)
                let error = RPCError.failedPrecondition(ErrorReason(rawValue: code), message)
                return .refused(failure, answer: answer.encoded(), error: error)
            }
        } catch {
            return outcome(of: error, in: call)
        }
    }

    func compensate(_ call: StepCall) async -> CompensationOutcome {
        do {
            let (step, context) = try prepare(call, .compensation)
            guard let undo = step.undo else {
                throw BrokenContract("\(call.definition.name) cannot be undone")
            }
            switch try await undo(context) {
            case .done: return .compensated
            case .inDoubt: return .unknown("in_doubt")
            case .refused(let reason): return .refused(reason)
            }
        } catch {
            switch Verdict(error) {
            case .refused(let error): return .refused(error.shortReason)
            case .fenced: return .fenced
            case .unknown(let reason):
                log(error, of: call)
                return .unknown(reason)
            }
        }
    }

    private func prepare(
        _ call: StepCall, _ kind: CommonV1.OperationKind
    ) throws -> (FlowStep, StepContext) {
        guard let flow = flows.flow(of: call.record.saga.definition) else {
            throw BrokenContract("no flow for \(call.record.saga.definition.kind)")
        }
        let context = StepContext(
            record: call.record, step: call.definition, kind: kind,
            input: try SagaV1.SagaInput(decoding: call.record.input), participants: participants,
            options: CallOptions(timeout: call.timeout))
        return (flow.steps[call.step], context)
    }

    private func outcome(of error: any Error, in call: StepCall) -> StepOutcome {
        switch Verdict(error) {
        case .refused(let error):
            let failure = Failure(
                step: call.definition.name, code: error.shortReason, message: error.message)
            return .refused(failure, answer: [], error: error)
        case .fenced:
            return .fenced
        case .unknown(let reason):
            log(error, of: call)
            return .unknown(reason)
        }
    }

    private func log(_ error: any Error, of call: StepCall) {
        logger.notice(
            "step has no certain answer",
            metadata: [
                "saga": "\(call.record.id)", "step": "\(call.definition.name)",
                "error": "\(error)",
            ])
    }
}

/// What an error says about a step.
enum Verdict {
    /// A declared business failure: for sure nothing was done.
    case refused(RPCError)
    /// Another orchestrator drives the saga.
    case fenced
    /// It may have been done: it is repeated, never undone blindly.
    case unknown(String)

    init(_ error: any Error) {
        guard let error = error as? RPCError else {
            self = .unknown("internal")
            return
        }
        switch error.code {
        case .invalidArgument, .notFound, .failedPrecondition, .alreadyExists, .outOfRange:
            self = .refused(error)
        case .aborted:
            self = error.reason == .staleEpoch ? .fenced : .unknown(error.shortReason)
        case .ok, .cancelled, .unknown, .deadlineExceeded, .permissionDenied, .resourceExhausted,
            .unimplemented, .internal, .unavailable, .dataLoss, .unauthenticated:
            self = .unknown(error.shortReason)
        }
    }
}

extension RPCError {
    /// The reason for programs, or the code where there is none.
    var shortReason: String { reason?.rawValue ?? "\(code)" }
}

/// Between the processes and the participants.
final class Network {
    unowned let world: World

    init(world: World) { self.world = world }

    func carry(_ request: Request, _ respond: @escaping (Answer) -> Void) {
        let faults = world.faults
        world.note(
            request.isCompensation ? "undo" : "do", request.saga, Int64(request.step),
            "epoch \(request.epoch) attempt \(request.attempt)")
        if faults.strikes(.requestLost, at: request.place) { return }
        deliver(request, respond)
        if faults.strikes(.requestDoubled, at: request.place) { deliver(request, respond) }
    }

    private func deliver(_ request: Request, _ respond: @escaping (Answer) -> Void) {
        world.kernel.after(delay(.requestLate, request)) { [self] in
            let participant = world.participants[request.step % 2]
            guard !participant.isDown else { return }
            participant.handle(request) { [self] answer in
                world.note("answer", request.saga, Int64(request.step), "\(answer)")
                if world.faults.strikes(.answerLost, at: request.place) { return }
                world.kernel.after(delay(.answerLate, request)) { respond(answer) }
            }
        }
    }

    /// Mostly short; a message that is late may be so by more than a lease.
    private func delay(_ fault: Fault, _ request: Request) -> Duration {
        let isLate = world.faults.strikes(fault, at: request.place)
        return world.kernel.random.milliseconds(isLate ? 500...30_000 : 0...10)
    }
}

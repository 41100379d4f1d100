/// What goes wrong at any moment, whatever is being done: crashes, sleep, clocks, outages.
enum Troubles {
    /// Lets each happen by its rate, and comes again in half a second.
    static func strike(_ world: World) {
        let faults = world.faults
        guard faults.isOpen else { return }
        let anywhere = Place(.anywhere)
        for process in world.liveProcesses {
            if faults.strikes(.crashAnytime, at: anywhere) { process.crash() }
            if faults.strikes(.pauseAnytime, at: anywhere) { process.pause() }
        }
        for participant in world.participants where !participant.isDown {
            guard faults.strikes(.participantDown, at: anywhere) else { continue }
            participant.isDown = true
            world.kernel.after(world.kernel.random.milliseconds(500...15_000)) {
                participant.isDown = false
            }
        }
        if faults.strikes(.storeDown, at: anywhere) {
            world.database.isDown = true
            world.kernel.after(world.kernel.random.milliseconds(500...15_000)) {
                world.database.isDown = false
            }
        }
        if faults.strikes(.storeClockJumps, at: anywhere) {
            world.database.clockOffset += world.kernel.random.milliseconds(-30_000...30_000)
        }
        let next = world.kernel.random.milliseconds(100...900)
        world.kernel.after(next) { strike(world) }
    }
}

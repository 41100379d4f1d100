/// Hands the jobs of one simulated process to the kernel; while the process sleeps, keeps them.
///
/// Unchecked: touched by the simulation's one thread alone, as its ``Kernel``.
final class ProcessExecutor: TaskExecutor, @unchecked Sendable {
    private unowned let kernel: Kernel
    private var held: [UnownedJob] = []
    private(set) var isPaused = false

    init(kernel: Kernel) { self.kernel = kernel }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isPaused { held.append(job) } else { kernel.enqueue(job, on: self) }
    }

    func run(_ job: UnownedJob) {
        if isPaused {
            held.append(job)
        } else {
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    func pause() { isPaused = true }

    func wake() {
        isPaused = false
        for job in held { kernel.enqueue(job, on: self) }
        held = []
    }
}

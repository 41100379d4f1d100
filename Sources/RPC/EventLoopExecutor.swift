package import NIOCore
internal import Synchronization

/// Runs tasks on an event loop's thread, so that a call's handler and its connection share one.
///
/// Jobs gather and run together: NIO takes one closure for all that become ready in a tick, where
/// its own executor takes one each. Those that come from the loop's own thread, as nearly all do,
/// need no lock.
package final class EventLoopExecutor: TaskExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isScheduled = false
    }

    private let eventLoop: any EventLoop
    private let remote = Mutex(Queue())
    // Touched on the loop's thread alone.
    private nonisolated(unsafe) var local = Queue()
    /// Jobs that make new jobs without end must not keep the loop from its sockets.
    private static let roundsBeforeIO = 8

    package init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if self.eventLoop.inEventLoop {
            self.local.jobs.append(job)
            if self.local.isScheduled { return }
            self.local.isScheduled = true
            self.schedule()
        } else {
            let isFirst = self.remote.withLock { queue in
                queue.jobs.append(job)
                defer { queue.isScheduled = true }
                return !queue.isScheduled
            }
            if isFirst { self.eventLoop.execute { self.takeRemote() } }
        }
    }

    private func takeRemote() {
        let jobs = self.remote.withLock { queue in
            queue.isScheduled = false
            defer { queue.jobs = [] }
            return queue.jobs
        }
        self.run(jobs)
    }

    private func schedule() {
        self.eventLoop.execute { self.runLocal() }
    }

    private func runLocal() {
        for _ in 0..<Self.roundsBeforeIO {
            let jobs = self.local.jobs
            if jobs.isEmpty {
                self.local.isScheduled = false
                return
            }
            self.local.jobs = []
            self.run(jobs)
        }
        self.schedule()
    }

    private func run(_ jobs: [UnownedJob]) {
        for job in jobs { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

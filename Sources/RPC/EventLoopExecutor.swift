package import NIOCore
internal import Synchronization

/// Runs tasks on an event loop's thread, so that a call's handler and its connection share one.
///
/// Jobs gather and run together: NIO takes one closure for all that become ready in a tick, where
/// its own executor takes one each.
package final class EventLoopExecutor: TaskExecutor {
    private struct Queue {
        var jobs: [UnownedJob] = []
        var isScheduled = false
    }

    private let eventLoop: any EventLoop
    private let queue = Mutex(Queue())
    /// Jobs that make new jobs without end must not keep the loop from its sockets.
    private static let roundsBeforeIO = 8

    package init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isFirst = self.queue.withLock { queue in
            queue.jobs.append(job)
            defer { queue.isScheduled = true }
            return !queue.isScheduled
        }
        if isFirst { self.schedule() }
    }

    private func schedule() {
        self.eventLoop.execute { self.run() }
    }

    private func run() {
        for _ in 0..<Self.roundsBeforeIO {
            let jobs = self.queue.withLock { queue in
                defer { queue.jobs = [] }
                queue.isScheduled = !queue.jobs.isEmpty
                return queue.jobs
            }
            if jobs.isEmpty { return }
            for job in jobs { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
        self.schedule()
    }
}

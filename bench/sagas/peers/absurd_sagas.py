"""Runs tasks of five steps without effects on Absurd, and prints how many as JSON.

  DATABASE_URL=… absurd_sagas.py CALLERS SECONDS

Tasks are spawned ahead, and a worker of so many threads carries them out for so long.
"""

import json
import os
import sys
import threading
import time

from absurd_sdk import Absurd

STEPS = 5
QUEUE = "sagas"


def register(app, done):
    @app.register_task(name="five-steps")
    def five_steps(params, context):
        for number in range(STEPS):
            context.step(f"step-{number}", lambda number=number: number)
        done.append(params["number"])


def main():
    dsn, callers, seconds = os.environ["DATABASE_URL"], int(sys.argv[1]), float(sys.argv[2])
    app = Absurd(dsn, queue_name=QUEUE)
    app.create_queue(QUEUE)
    done = []
    register(app, done)
    for number in range(int(1_000 * seconds)):
        app.spawn("five-steps", {"number": number})
    worker = Absurd(dsn, queue_name=QUEUE)
    register(worker, done)
    began = time.monotonic()
    thread = threading.Thread(
        target=worker.start_worker, daemon=True,
        kwargs={"concurrency": callers, "poll_interval": 0.01})
    thread.start()
    time.sleep(seconds)
    count, took = len(done), time.monotonic() - began
    worker.stop_worker()
    thread.join(timeout=10)
    print(json.dumps({"sagas": count, "sagas_per_s": count / took}))


if __name__ == "__main__":
    main()

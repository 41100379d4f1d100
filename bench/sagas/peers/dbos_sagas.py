"""Runs workflows of five steps without effects on DBOS, and prints how many as JSON.

  DATABASE_URL=… dbos_sagas.py CALLERS SECONDS
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from dbos import DBOS

STEPS = 5


@DBOS.step()
def step(number):
    return number


@DBOS.workflow()
def five_steps():
    return [step(number) for number in range(STEPS)]


def call_until(end):
    count = 0
    while time.monotonic() < end:
        assert five_steps() == list(range(STEPS))
        count += 1
    return count


def main():
    dsn, callers, seconds = os.environ["DATABASE_URL"], int(sys.argv[1]), float(sys.argv[2])
    DBOS(config={"name": "five-steps", "system_database_url": dsn, "log_level": "ERROR",
                 "sys_db_pool_size": callers})
    DBOS.launch()
    five_steps()
    with ThreadPoolExecutor(callers) as pool:
        began = time.monotonic()
        count = sum(pool.map(call_until, [began + seconds] * callers))
        took = time.monotonic() - began
    DBOS.destroy()
    print(json.dumps({"sagas": count, "sagas_per_s": count / took}))


if __name__ == "__main__":
    main()

"""What is done to a system, one fault each time. A fault may tell figures of it, and a problem."""

import os
import signal
import subprocess
import time
from pathlib import Path

from system import SERVICES, installed

LEASE_S = 10
RESUME_LIMIT_S = LEASE_S + 2


class SystemFaults:
    """Faults of a system's own processes."""

    def __init__(self, system, choices):
        self.system, self.choices = system, choices

    def scenarios(self, is_smoke):
        """Each fault with how long, in seconds, is waited before each time."""
        short = [(self.kill_a_service, (1, 3)), (self.cut_database_connections, (0.3, 1)),
                 (self.crash_postgresql, (2, 4))]
        return short if is_smoke else short + [
            (self.pause_a_service, (0.5, 1.5)),
            (self.pause_the_orchestrator_beyond_its_lease, (1, 2))]

    def kill_a_service(self):
        self.signal_one(signal.SIGKILL)

    def pause_a_service(self):
        pid = self.signal_one(signal.SIGSTOP)
        time.sleep(self.choices.uniform(1, 4))
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass

    def pause_the_orchestrator_beyond_its_lease(self):
        pid = self.system.state_now()["services"]["orchestrator"]["process"]["pid"]
        os.kill(pid, signal.SIGSTOP)
        time.sleep(LEASE_S + 2)
        os.kill(pid, signal.SIGCONT)

    def cut_database_connections(self):
        self.system.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname LIKE 'florin_%';")

    def crash_postgresql(self):
        data = Path(self.system.folder, "postgres", "data")
        owner = data.stat().st_uid
        subprocess.run([installed("pg_ctl"), "restart", "-D", str(data), "-m", "immediate", "-w",
                        "-l", "/dev/null"], check=True, user=owner, stdout=subprocess.DEVNULL,
                       timeout=60, cwd="/")

    def signal_one(self, number):
        name = self.choices.choice(SERVICES)
        pid = self.system.state_now()["services"][name]["process"]["pid"]
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass  # It was killed before and is not up again yet.
        return pid


class PairFaults:
    """Faults of a second orchestrator, of its payment service, and of what connects them."""

    def __init__(self, system, pair, choices):
        self.system, self.pair, self.choices = system, pair, choices

    def scenarios(self, is_smoke):
        """Each fault with how long, in seconds, is waited before each time."""
        short = [(self.kill_the_second_orchestrator, (1, 2)), (self.hurt_a_link, (0.2, 0.6)),
                 (self.cut_around_a_commit, (0.05, 0.2))]
        return short if is_smoke else short + [
            (self.freeze_the_second_orchestrator_beyond_its_lease, (1, 2))]

    def kill_the_second_orchestrator(self):
        """Its sagas have to be taken over, and to end, within the lease and two seconds. Another
        comes in its place at once, but knows nothing of them."""
        self.pair.orchestrator.kill()
        killed = time.monotonic()
        left = self.unfinished()
        self.pair.orchestrator.start()
        while left and time.monotonic() < killed + 3 * LEASE_S:
            time.sleep(0.05)
            left &= self.unfinished()
        resumed = round(time.monotonic() - killed, 2)
        late = resumed > RESUME_LIMIT_S
        return {"resumed_after_s": resumed,
                "problem": f"a killed orchestrator's sagas took {resumed} s" if late else None}

    def freeze_the_second_orchestrator_beyond_its_lease(self):
        """What it does when it wakes up comes too late, and has to be refused."""
        os.kill(self.pair.orchestrator.process.pid, signal.SIGSTOP)
        time.sleep(LEASE_S + 2)
        os.kill(self.pair.orchestrator.process.pid, signal.SIGCONT)

    def hurt_a_link(self):
        link = self.choices.choice(list(self.pair.links.values()))
        hurt = self.choices.choice([self.drop, self.delay, self.deafen, self.cut_an_answer])
        hurt(link)
        link.heal()

    def drop(self, link):
        link.drop()

    def delay(self, link):
        link.delay_s = self.choices.uniform(0.05, 0.5)
        time.sleep(1)

    def deafen(self, link):
        link.is_deaf = True
        time.sleep(self.choices.uniform(0.2, 2))
        link.drop()

    def cut_an_answer(self, link):
        link.answers_cut = 1
        time.sleep(0.3)

    def cut_around_a_commit(self):
        link = self.pair.databases[self.choices.choice(["orchestrator", "payment"])]
        link.cut = self.choices.choice(["before", "after"])
        end = time.monotonic() + 1
        while link.cut and time.monotonic() < end:
            time.sleep(0.01)
        return dict(zip(("cuts_before", "cuts_after"), map(sum, zip(*(
            database.cuts.values() for database in self.pair.databases.values())))))

    def unfinished(self):
        rows = self.system.sql("SELECT id FROM sagas WHERE ended_at IS NULL;",
                               database="florin_orchestrator")
        return set(rows.split())

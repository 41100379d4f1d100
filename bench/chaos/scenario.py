"""One fault over and over under load; then quiet, and everything is checked."""

import json
import subprocess
import time

from system import SMOKE, note

RATE = 50
PAYMENTS = 250 if SMOKE else 1_000
HEAL_LIMIT_S = 30
# All kinds, so that every service has work and every link calls.
MIX = "card=5,decline=1,exchange=2,refund=2"


class Scenario:
    """With a pair of replicas half of the load goes to each of the two orchestrators."""

    def __init__(self, system, choices, pair=None):
        self.system, self.choices, self.pair = system, choices, pair

    def run(self, fault, pause):
        note(f"{fault.__name__}: {PAYMENTS} payments at {RATE}/s")
        loads = self.start_loads()
        end, told = time.monotonic() + PAYMENTS // RATE, []
        while time.monotonic() < end:
            time.sleep(min(self.choices.uniform(*pause), max(0, end - time.monotonic())))
            told.append(fault() or {})
        if self.pair:
            self.pair.heal()
        healing = time.monotonic()
        answers = [answer for answer in map(self.answer, loads) if answer]
        problems = self.wait_for_sagas(healing + HEAL_LIMIT_S)
        figures = {"faults": len(told), "ended_after_s": round(time.monotonic() - healing, 1),
                   "payments": sum(answer["payments"] for answer in answers),
                   "failed_calls": sum(sum(answer["errors"].values()) for answer in answers)}
        for figure in {key for one in told for key in one} - {"problem"}:
            figures[f"most_{figure}"] = max(one.get(figure, 0) for one in told)
        if figures["payments"] < PAYMENTS // 4:
            problems.append("hardly any payment was made")
        problems += [one["problem"] for one in told if one.get("problem")]
        problems += self.broken_invariants(answers)
        note("  " + ", ".join(f"{key} {value}" for key, value in figures.items()))
        for problem in problems:
            note(f"  BROKEN  {problem}")
        return figures | {"problems": problems}

    def answer(self, load):
        """What a load tells at its end; nothing when it could not reach anybody then."""
        output = load.communicate(timeout=180)[0]
        return json.loads(output) if output else None

    def start_loads(self):
        if not self.pair:
            return [self.start_load(RATE)]
        second = ["--orchestrator-address", self.pair.orchestrator.address,
                  "--payment-address", self.pair.payment.address]
        return [self.start_load(RATE // 2), self.start_load(RATE // 2, *second)]

    def start_load(self, rate, *addresses):
        return subprocess.Popen(
            [self.system.florin, "bench", "payments", "--rate", str(rate), "--in-flight", "512",
             "--duration", f"{PAYMENTS // RATE}s", "--data", self.system.folder,
             "--timeout", "15s", "--mix", MIX, "--output", "json", *addresses],
            stdout=subprocess.PIPE, text=True)

    def wait_for_sagas(self, end):
        while True:
            left = [saga for status in ("running", "compensating") for saga in self.sagas(status)]
            if not left:
                return []
            if time.monotonic() > end:
                return [f"{saga['id']} is still {saga['status']}" for saga in left]
            time.sleep(0.3)

    def sagas(self, status):
        answer = self.florin("saga", "list", "--status", status, "--output", "json")
        return json.loads(answer.stdout)["sagas"] if answer.returncode == 0 else []

    def broken_invariants(self, answers):
        verified = self.florin("verify", "--grace", "1ms", "--output", "json")
        if verified.returncode not in (0, 6):
            return [f"florin verify: {verified.stdout}{verified.stderr}"]
        checks = json.loads(verified.stdout)["checks"]
        for answer in answers:
            checks += [check for check in answer["invariants"] if self.is_of_all(check)]
        broken = [f"{check['name']}: {check['problem']}" for check in checks if not check["holds"]]
        return broken + [f"{saga['id']} needs attention" for saga in self.sagas("needs_attention")]

    def is_of_all(self, check):
        """Of two loads, one may look while the other still runs."""
        return not self.pair or check["name"].startswith("captured is settled")

    def florin(self, *arguments):
        return subprocess.run([self.system.florin, *arguments, "--data", self.system.folder],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=120)

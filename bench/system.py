"""What the benchmarks share: Florin as processes, on a private, durable PostgreSQL of its own."""

import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "bench" / "out"
SMOKE = "--smoke" in sys.argv[1:]
SECONDS = 1 if SMOKE else int(os.environ.get("BENCH_SECONDS", "5"))
SERVICES = ("orchestrator", "payment", "refund", "fx", "ledger", "acquirer")


def note(text):
    print(text, file=sys.stderr, flush=True)


def programs():
    """Builds everything for release, and tells in which folder it is."""
    command = [os.environ.get("SWIFT", "swift"), "build", "-c", "release",
               *os.environ.get("SWIFT_BUILD_FLAGS", "").split()]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    found = subprocess.run([*command, "--show-bin-path"], cwd=ROOT, check=True, text=True,
                           stdout=subprocess.PIPE)
    return found.stdout.strip()


class System:
    """A development system with its own PostgreSQL, for as long as it is entered."""

    def __init__(self, programs, folder, settings=None):
        self.florin, self.folder = f"{programs}/florin", folder
        self.settings = [word for key, value in (settings or {}).items()
                         for word in ("--set", f"{key}={value}")]

    def __enter__(self):
        self.process = subprocess.Popen(
            [self.florin, "dev", "--data", self.folder, *self.settings], stdout=sys.stderr)
        try:
            self.state = self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        self.database = self.state["postgres"]["database"]
        return self

    def wait_until_ready(self):
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                state = json.loads(Path(self.folder, "dev.json").read_text())
                if state["ready"]:
                    return state
            except FileNotFoundError:
                pass
            time.sleep(0.1)
        raise SystemExit("the system did not start")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def state_now(self):
        """As `dev.json` has it: processes change when one is started again."""
        return json.loads(Path(self.folder, "dev.json").read_text())

    def bench(self, *flags, may_fail=False, seconds=SECONDS):
        flags = [str(flag) for flag in flags]
        note("florin bench " + " ".join(flags))
        result = subprocess.run(
            [self.florin, "bench", *flags, "--duration", f"{round(1000 * seconds)}ms", "--data",
             self.folder, "--output", "json"],
            stdout=subprocess.PIPE, text=True, timeout=seconds + 150)
        if result.returncode != 0 and not may_fail:
            raise SystemExit(f"florin bench {' '.join(flags)}: {result.stdout}")
        return json.loads(result.stdout)

    def command(self, *words, timeout=60):
        """What a command prints, as JSON."""
        result = subprocess.run([self.florin, *words, "--data", self.folder, "--output", "json"],
                                stdout=subprocess.PIPE, text=True, check=True, timeout=timeout)
        return json.loads(result.stdout)

    def sql(self, text, database=None, timeout=120):
        """What psql prints, as the cluster's owner."""
        source = re.sub(r"dbname=\S+", f"dbname={database}", self.database) if database \
            else self.database
        result = subprocess.run([installed("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", source],
                                input=text, stdout=subprocess.PIPE, text=True, check=True,
                                timeout=timeout)
        return result.stdout.strip()

    def pgbench(self, clients, *flags, script=None):
        note(f"pgbench, {clients} clients {' '.join(flags)}")
        if script:
            path = Path(self.folder, "naive.sql")
            path.write_text(script)
            flags += ("-n", "-f", str(path))
        result = subprocess.run(
            [installed("pgbench"), "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)),
             "-T", str(SECONDS), *flags, self.database],
            stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS + 120)
        return {"tps": figure(r"tps = ([\d.]+)", result.stdout),
                "latency_us": 1000 * figure(r"latency average = ([\d.]+) ms", result.stdout)}

    def pids(self):
        services = {name: self.state["services"][name]["process"]["pid"] for name in SERVICES}
        return {**{name: [pid] for name, pid in services.items()}, "postgres": self.backends()}

    def backends(self):
        postmaster = self.state["postgres"]["process"]["pid"]
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return [postmaster, *map(int, children)]

    def cpu_us(self):
        return {name: sum(map(cpu_us, pids)) for name, pids in self.pids().items()}

    def counters(self):
        # Sessions report their commits within a second or so.
        time.sleep(1.5)
        commits, wal = self.sql(
            "SELECT sum(xact_commit) FROM pg_stat_database WHERE datname LIKE 'florin_%';"
            "SELECT pg_current_wal_lsn() - '0/0';").split()
        return int(commits), int(wal)

    def memory_mib(self):
        return {name: round(figure(r"VmRSS:\s+(\d+)", Path(f"/proc/{pids[0]}/status").read_text())
                            / 1024, 1)
                for name, pids in self.pids().items() if name != "postgres"}


def installed(name):
    """One of PostgreSQL's, which Debian keeps in a folder of its own."""
    found = shutil.which(name) or next(
        iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)
    if not found:
        raise SystemExit(f"{name} is not installed: run scripts/install-dependencies.sh")
    return found


def figure(pattern, text):
    found = re.search(pattern, text)
    if not found:
        raise SystemExit(f"no {pattern} in: {text}")
    return float(found[1])


def cpu_us(pid):
    """What a process's threads have used; one that ended meanwhile counts nothing."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            total += int(Path(path).read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total / 1000


@contextlib.contextmanager
def running_system(programs, settings=None):
    with tempfile.TemporaryDirectory(prefix="florin-bench-") as folder:
        os.chmod(folder, 0o755)  # The server runs as another user.
        with System(programs, f"{folder}/data", settings) as system:
            yield system


def write(name, report):
    OUT.mkdir(parents=True, exist_ok=True)
    missing = [key for key, value in report.items() if value is None]
    if missing:
        raise SystemExit(f"{name}: no figure for {', '.join(missing)}")
    (OUT / name).write_text(json.dumps(report, indent=2) + "\n")
    for key, value in report.items():
        if key != "points":
            print(f"{key:<28} {json.dumps(value)}")

"""Florin on a primary and a synchronous standby, as services that know both by one connection
string (libpq's multi-host)."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from chaos.replicas import Replica
from system import SERVICES, System, installed


@contextlib.contextmanager
def replicated_system(programs):
    """A development system makes certificates and databases; then it goes, and its cluster gets a
    standby."""
    with tempfile.TemporaryDirectory(prefix="florin-bench-") as folder:
        os.chmod(folder, 0o755)
        with System(programs, f"{folder}/data") as origin:
            state = origin.state_now()
            owner = Path(folder, "data", "postgres", "data").stat().st_uid
            standby = Cluster(folder, "standby", owner)
            standby.copy_from(state["postgres"]["database"])
        primary = Cluster(folder, "primary", owner)
        shutil.move(f"{folder}/data/postgres/data", primary.data)
        with ReplicatedSystem(programs, folder, state, primary, standby) as system:
            yield system


class Cluster:
    def __init__(self, folder, name, owner):
        self.folder, self.owner = Path(folder, name), owner
        self.folder.mkdir()
        os.chown(self.folder, owner, -1)
        self.data, self.socket = f"{self.folder}/data", str(self.folder)

    def copy_from(self, source):
        self.run("pg_basebackup", "-d", source, "-D", self.data, "-X", "stream", "-c", "fast")

    def follow(self, primary, source):
        """Replays what the primary writes, for as long as it does."""
        there = re.sub(r"dbname=\S+ ", "", primary.reached_by(source)).replace("'", "''")
        self.configure(f"primary_conninfo = '{there} application_name=standby'")
        Path(self.data, "standby.signal").touch()
        os.chown(f"{self.data}/standby.signal", self.owner, -1)

    def configure(self, line):
        with Path(self.data, "postgresql.auto.conf").open("a") as file:
            file.write(line + "\n")

    def start(self):
        # No fewer connections than where the data comes from: recovery insists on it.
        options = (f"-c listen_addresses= -c unix_socket_directories={self.socket} -c jit=off "
                   "-c max_connections=400")
        self.run("pg_ctl", "start", "-D", self.data, "-w", "-o", options, "-l",
                 f"{self.folder}/log")

    def synchronous_standbys(self, source):
        found = subprocess.run(
            [installed("psql"), "-XAtqd", self.reached_by(source), "-c",
             "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"],
            check=True, stdout=subprocess.PIPE, text=True, timeout=30)
        return int(found.stdout)

    def reached_by(self, source):
        return re.sub(r"host='.*?'", f"host='{self.socket}'", source)

    def crash(self):
        self.run("pg_ctl", "stop", "-D", self.data, "-m", "immediate")

    def promote(self):
        self.run("pg_ctl", "promote", "-D", self.data, "-w")

    def stop(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self.crash()

    def run(self, program, *arguments):
        subprocess.run([installed(program), *arguments], check=True, user=self.owner, cwd="/",
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


class ReplicatedSystem:
    """All services, started by hand; `dev.json` says where they are, as it would of a development
    system."""

    def __init__(self, programs, folder, state, primary, standby):
        self.florin, self.folder = f"{programs}/florin", f"{folder}/data"
        self.state, self.primary, self.standby = state, primary, standby
        self.superuser = state["postgres"]["database"]
        self.services = [self.service(programs, name) for name in SERVICES]
        self.is_promoted = False

    def service(self, programs, name):
        own = self.state["services"][name]
        source = re.sub(r"host='.*?' port=\d+",
                        f"host='{self.primary.socket},{self.standby.socket}' "
                        "target_session_attrs=read-write connect_timeout=2", own["database"])
        return Replica(self, programs, name, source=source, address=own["address"])

    def state_now(self):
        return self.state

    def __enter__(self):
        self.primary.configure("synchronous_standby_names = '*'")
        self.standby.follow(self.primary, self.superuser)
        for cluster in (self.primary, self.standby):
            cluster.start()
        for service in self.services:
            service.start()
        Path(self.folder, "dev.json").write_text(json.dumps(self.state))
        return self

    def __exit__(self, *_):
        for service in self.services:
            service.process.send_signal(signal.SIGTERM)
        for service in [*self.services, self.standby, self.primary]:
            service.stop()

    def scenarios(self):
        return [(self.promote_the_standby, (2, 3))]

    def promote_the_standby(self):
        """The primary crashes, and the standby takes its place: once, there is no third."""
        if self.is_promoted:
            return None
        self.is_promoted = True
        was_synchronous = self.primary.synchronous_standbys(self.superuser) == 1
        self.primary.crash()
        time.sleep(0.5)
        self.standby.promote()
        return {"problem": None if was_synchronous else "the standby was not synchronous"}

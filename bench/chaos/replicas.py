"""A second orchestrator and a second payment service beside those of a running system, on the same
databases; what connects them can go through proxies. Nobody starts them again when they are killed
but their owner."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time

from chaos.proxy import DatabaseLink, Link

PEERS = {"orchestrator": ("payment", "refund", "fx", "ledger", "acquirer"),
         "payment": ("acquirer",), "refund": ("acquirer",)}


class Replica:
    """A process of one service, beside or in place of a system's own.

    With `links` given its calls go through them. `source` is where its database is.
    """

    def __init__(self, system, programs, name, source, links=None, address=None):
        self.system, self.program, self.name = system, f"{programs}/florin-{name}", name
        self.links, self.source = links or {}, source
        self.address = address or f"127.0.0.1:{free_port()}"
        self.process = None

    def start(self):
        state = self.system.state_now()
        services = state["services"]
        settings = {
            "LISTEN_ADDRESS": self.address, "CERTIFICATES": state["certificates"],
            "DATABASE_DSN": self.source, "DATABASE_CONNECTIONS": "4", "LOG_LEVEL": "error",
            **{f"PEERS_{peer.upper()}": self.link_to(peer) or services[peer]["address"]
               for peer in PEERS.get(self.name, ())}}
        self.process = subprocess.Popen(
            [self.program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {f"FLORIN_{key}": value for key, value in settings.items()})
        self.wait_until_it_listens()
        return self

    def link_to(self, peer):
        return self.links[peer].address if peer in self.links else None

    def wait_until_it_listens(self):
        host, port = self.address.split(":")
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
                return
            time.sleep(0.1)
        raise SystemExit(f"{self.name} did not start")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()


class Pair:
    """A second orchestrator that calls a second payment service, for as long as it is entered; all
    that leads from them to others goes through links."""

    def __init__(self, system, programs, loop):
        services = system.state["services"]

        def link(name):
            return Link(loop, services[name]["address"]).open()

        def database(name):
            folder = re.search(r"host='(.*?)' port=(\d+)", services[name]["database"])
            return DatabaseLink(loop, f"{folder[1]}/.s.PGSQL.{folder[2]}").open()

        def through(name):
            port = self.databases[name].port
            own = re.sub(r"(host|port)=(.*?) ", "", services[name]["database"])
            return f"host=127.0.0.1 port={port} sslmode=disable gssencmode=disable {own}"

        self.databases = {name: database(name) for name in ("orchestrator", "payment")}
        to_acquirer = link("acquirer")
        self.payment = Replica(system, programs, "payment", through("payment"),
                               {"acquirer": to_acquirer})
        to_payment = Link(loop, self.payment.address).open()
        self.links = {"acquirer": to_acquirer, "payment": to_payment, "ledger": link("ledger"),
                      "refund": link("refund"), "fx": link("fx")}
        self.orchestrator = Replica(
            system, programs, "orchestrator", through("orchestrator"),
            {name: self.links[name] for name in ("payment", "ledger", "refund", "fx")})

    def __enter__(self):
        self.payment.start()
        self.orchestrator.start()
        return self

    def __exit__(self, *_):
        self.heal()
        self.orchestrator.stop()
        self.payment.stop()

    def heal(self):
        for link in [*self.links.values(), *self.databases.values()]:
            link.heal()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""A past for the measured system: payments that were really made, copied into the year before.

Each copy has ids, keys, references and times of its own, and is as whole as what it was copied from.
Only the times within a saga's stored messages stay those of the original. The ledger's journal is a
chain of hashes that nobody but the ledger can go on with: it grows by transfers through its RPC, by as
many entries as the payments would have written.
"""

import concurrent.futures
import time

import windows
from system import note

QUARTERS = 4
# Of the journal, for each payment: two pending, their posts, and two operations.
ENTRIES = 6
# Of the ledger's benchmark: payments of one merchant have three, those of many have more.
ACCOUNTS = 100
COPIED_AT_ONCE = 50_000

# The longest to copy first, as two are copied at a time.
TABLES = {
    "orchestrator": ("sagas", "saga_events"),
    "acquirer": ("effect",),
    "payment": ("payment", "payment_key", "charge", "payment_event", "acquirer_attempt",
                "operation_barrier", "saga_fence"),
}
PARTED = ("payment", "charge", "payment_event", "acquirer_attempt", "operation_barrier", "saga_fence")
# Tables whose pages are not filled up by themselves, so that a row has room to change, and how far.
ROOMY = """
SELECT oid::regclass, substring(reloptions::text FROM 'fillfactor=(\\d+)') FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reloptions::text ~ 'fillfactor'
"""

TEXT_WITH_IDS = ("reference", "authorization_reference", "capture_reference")
BYTES_WITH_IDS = ("answer", "input", "progress")


def database(service):
    return f"florin_{service}"


class History:
    def __init__(self, system):
        self.system = system
        self.empty_bytes = self.bytes()
        self.make_past_quarters()

    def make_past_quarters(self):
        """As they would be there had the service been there: its migration makes those to come."""
        # The first quarter of the migration's is that of tomorrow.
        edges = windows.quarters(time.time() + 86_400, QUARTERS)
        self.first = int(edges[0].timestamp() * 1000) // windows.WINDOW_MS + 1
        for table in PARTED:
            self.system.sql("\n".join(self.parts(table, edges)), database("payment"))

    @staticmethod
    def parts(table, edges):
        def key(moment):
            ms = int(moment.timestamp() * 1000)
            if table == "acquirer_attempt":
                return "'pi_" + "".join(windows.LETTERS[ms >> 5 * place & 31]
                                        for place in reversed(range(10))) + "0" * 16 + "'"
            return f"'{ms:012x}{'0' * 20}'"

        yield f"DROP TABLE {table}_before;"
        bounds = ["MINVALUE", *map(key, edges)]
        names = ["before", *(f"{edge:%Y}_q{(edge.month + 2) // 3}" for edge in edges[:-1])]
        for name, low, high in zip(names, bounds, bounds[1:]):
            yield (f"CREATE TABLE {table}_{name} PARTITION OF {table} "
                   f"FOR VALUES FROM ({low}) TO ({high});")

    # What is copied

    def keep_originals(self):
        """Keeps what is in the tables now, to be copied."""
        self.window = windows.current()
        self.spread = windows.Spread(self.first, self.window)
        self.copies = {}
        for service, tables in TABLES.items():
            self.system.sql("CREATE SCHEMA original;" + "".join(
                f"CREATE TABLE original.{table} AS TABLE {table};" for table in tables),
                database(service))
            for table in tables:
                self.copies[service, table] = self.copying(service, table)
        self.originals = self.payments()
        self.check_nothing_else_grows()

    def copying(self, service, table):
        """The statement that copies a table into windows; those are still to be filled in."""
        columns = [line.split("|") for line in self.system.sql(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = "
            f"'{table}' AND table_schema = 'public' ORDER BY ordinal_position",
            database(service)).splitlines()]
        return (f"INSERT INTO {table} ({', '.join(name for name, _ in columns)}) SELECT "
                + ", ".join(self.copied(name, kind) for name, kind in columns)
                + f" FROM (VALUES {{windows}}) AS w (digits, letters, back), original.{table};")

    def copied(self, name, kind):
        """What the copy has in a column."""
        digits, letters = windows.digits(self.window), windows.letters(self.window)
        if name == "digest":
            # A key's hash, which tells nothing of the key.
            return "md5(w.digits || digest)::uuid"
        if name == "idempotency_key":
            return f"replace({name}, '_{digits}', '_' || w.digits)"
        if name in TEXT_WITH_IDS:
            return f"replace({name}, '_{letters}', '_' || w.letters)"
        if name in BYTES_WITH_IDS:
            return (f"decode(replace(encode({name}, 'hex'), '{('_' + letters).encode().hex()}', "
                    f"encode(convert_to('_' || w.letters, 'UTF8'), 'hex')), 'hex')")
        if kind == "uuid":
            return f"(w.digits || substr({name}::text, 8))::uuid"
        if kind == "timestamp with time zone":
            return f"{name} - w.back"
        return name

    def check_nothing_else_grows(self):
        """A table that this page forgot would make what is measured look better than it is."""
        for service in ("payment", "refund", "fx", "orchestrator", "acquirer", "gateway"):
            tables = self.system.sql(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
                "AND relnamespace = 'public'::regnamespace", database(service)).split()
            for table in set(tables) - set(TABLES.get(service, ())):
                if self.count(table, service) >= self.originals:
                    raise SystemExit(f"{service}'s {table} grows with payments, and is not copied")

    def check_oldest(self):
        """A copy must be for the services what its original was."""
        payment, saga, _ = self.system.sql("SELECT min(reference) FROM acquirer_attempt",
                                           database("payment")).split("/")
        for status in (self.system.command("payment", "get", payment)["payment"]["status"],
                       self.system.command("saga", "show", saga)["saga"]["status"]):
            if status != "succeeded":
                raise SystemExit(f"{payment} was copied, and is {status}")

    # Growing

    def grow(self, target):
        """Until there are about that many payments, and what is told by the planner is true."""
        before = self.payments()
        dealt = self.spread.take(max(0, round((target - before) / self.originals)))
        self.copy_all(dealt)
        self.grow_journal(target * ENTRIES)
        self.side_by_side(self.settle, ("ledger", *TABLES))
        self.system.sql("CHECKPOINT", timeout=600)

    @staticmethod
    def side_by_side(work, things):
        """As two cores can."""
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(work, things))

    def copy_all(self, dealt):
        # What is over does not change: a page of it has no room that new payments would look for.
        roomy = {service: [line.split("|") for line in self.system.sql(
            ROOMY, database(service)).splitlines()] for service in TABLES}
        self.fill(roomy, lambda usual: 100)
        self.side_by_side(lambda table: self.copy(*table, dealt), self.copies)
        self.fill(roomy, lambda usual: usual)

    def fill(self, tables, share):
        for service, parts in tables.items():
            self.system.sql("".join(f"ALTER TABLE {part} SET (fillfactor = {share(usual)});"
                                    for part, usual in parts), database(service))

    def copy(self, service, table, dealt):
        at_once = max(1, COPIED_AT_ONCE // self.originals)
        for start in range(0, len(dealt), at_once):
            rows = ", ".join(
                f"('{windows.digits(window)}', '{windows.letters(window)}', "
                f"interval '{(self.window - window) * windows.WINDOW_MS} milliseconds')"
                for window in dealt[start:start + at_once])
            self.system.sql("SET synchronous_commit = off;"
                            + self.copies[service, table].format(windows=rows),
                            database(service), timeout=600)
        note(f"{service}: {len(dealt) * self.originals:,} payments copied in {table}")

    def settle(self, service):
        """Does what would else be done in the background, while payments are measured."""
        if service == "ledger":
            self.wait_until_ledger_rests()
        self.system.sql("VACUUM (ANALYZE)", database(service), timeout=1200)
        note(f"{service}: vacuumed and analyzed")

    def grow_journal(self, target):
        missing, rate = target - self.entries(), 200_000
        while missing > 0:
            rate = self.system.bench(
                "ledger", "--accounts", ACCOUNTS, "--in-flight", 4, "--batch",
                # One by one, the last could be a pending one that nobody ends.
                min(8190, max(64, missing // 8)),
                seconds=min(20, max(0.2, missing / rate)))["transfers_per_s"]
            missing = target - self.entries()
            note(f"ledger: {target - max(missing, 0):,} of {target:,} entries")

    def wait_until_ledger_rests(self):
        """Its index and its checkpoint are written behind."""
        end = time.monotonic() + 900
        while self.system.sql(
                "SELECT (SELECT min(at_us) FROM (SELECT at_us FROM journal_indexed "
                "UNION ALL SELECT at_us FROM checkpoint) AS written) "
                "< (SELECT max(last_us) FROM journal_commit)", database("ledger")) == "t":
            if time.monotonic() > end:
                raise SystemExit("the ledger's index or checkpoint does not come to its end")
            time.sleep(0.5)

    # Counting

    def count(self, table, service):
        return int(self.system.sql(f"SELECT count(*) FROM {table}", database(service), timeout=300))

    def payments(self):
        return self.count("payment_key", "payment")

    def entries(self):
        return int(self.system.sql("SELECT coalesce(sum(entries), 0) FROM journal_commit",
                                   database("ledger")))

    def bytes_per_payment(self):
        return (self.bytes() - self.empty_bytes) / self.payments()

    def bytes(self):
        return int(self.system.sql("SELECT sum(pg_database_size(datname)) FROM pg_database"))

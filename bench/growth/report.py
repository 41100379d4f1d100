"""What is told of the measured points: a table in docs/scaling.md and docs/growth.svg."""

import re

from plot import LABEL, drawn
from system import OUT, ROOT

PAGE = ROOT / "docs" / "scaling.md"
HEAD = """\
| payments there | payments/s | p50 | p99 | CPU a payment: PostgreSQL | services | WAL a payment | disk a payment |
|---|---|---|---|---|---|---|---|
"""


def row(point):
    return (f"| {point['payments']:,} | {point['payments_per_s']:,.0f} | {point['p50_ms']:.0f} ms "
            f"| {point['p99_ms']:.0f} ms | {point['cpu_us_postgres']:,} µs "
            f"| {point['cpu_us_services']:,} µs | {point['wal_bytes_per_payment'] / 1000:.1f} KB "
            f"| {point['bytes_per_payment'] / 1000:.1f} KB |\n")


def publish(points, in_docs):
    table = HEAD + "".join(map(row, points))
    print(table, end="")
    folder = PAGE.parent if in_docs else OUT
    (folder / "growth.svg").write_text(drawn(points))
    if in_docs:
        begin, end = "<!-- growth:begin -->\n", "<!-- growth:end -->"
        told = f"{begin}{table}\n![{LABEL}](growth.svg)\n{end}"
        PAGE.write_text(re.sub(f"{begin}.*{end}", lambda _: told, PAGE.read_text(), flags=re.DOTALL))

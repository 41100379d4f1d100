"""Draws the measured points: four small charts over the payments already there, all from zero."""

import math

LABEL = "What a payment costs, by how many payments are there"
WIDTH, HEIGHT = 360, 230
LEFT, RIGHT, TOP, BOTTOM = 52, 74, 44, 46

STYLE = """
svg { color-scheme: light dark; font: 12px system-ui, sans-serif; }
.page { fill: #ffffff; } text { fill: #57606a; } .title { fill: #1f2328; font-weight: 600; }
.grid { stroke: #d8dee4; } .line { fill: none; stroke-width: 2; }
.a { stroke: #0969da; } .b { stroke: #bc4c00; } .a-dot { fill: #0969da; } .b-dot { fill: #bc4c00; }
.a-name { fill: #0969da; } .b-name { fill: #bc4c00; }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117; } text { fill: #9198a1; } .title { fill: #f0f6fc; } .grid { stroke: #30363d; }
.a { stroke: #4493f8; } .b { stroke: #f0883e; } .a-dot { fill: #4493f8; } .b-dot { fill: #f0883e; }
.a-name { fill: #4493f8; } .b-name { fill: #f0883e; }
}
"""

# Title with unit; of each line its name, its key and what a unit is of the key's.
CHARTS = (
    ("payments a second", (("", "payments_per_s", 1),)),
    ("latency, ms", (("p50", "p50_ms", 1), ("p99", "p99_ms", 1))),
    ("CPU a payment, µs", (("PostgreSQL", "cpu_us_postgres", 1), ("services", "cpu_us_services", 1))),
    ("WAL a payment, KB", (("", "wal_bytes_per_payment", 1000),)),
)


def drawn(points):
    charts = "".join(
        f'<g transform="translate({index % 2 * WIDTH} {index // 2 * HEIGHT})">'
        f"{chart(title, lines, points)}</g>\n" for index, (title, lines) in enumerate(CHARTS))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {2 * HEIGHT}" '
            f'role="img" aria-label="{LABEL}">\n<style>{STYLE}</style>\n'
            f'<rect class="page" width="100%" height="100%"/>\n{charts}</svg>\n')


def chart(title, lines, points):
    counts = [point["payments"] for point in points]
    values = [[point[key] / unit for point in points] for _, key, unit in lines]
    plane = Plane(counts, max(map(max, values)))
    return (text(LEFT, TOP - 18, title, "title", "start") + plane.axes(counts)
            + "".join(plane.line(name, style, counts, heights)
                      for (name, _, _), style, heights in zip(lines, "ab", values)))


class Plane:
    """Counts from left to right by their logarithm, values from zero upwards."""

    def __init__(self, counts, most):
        self.low, self.high = math.log(counts[0]), math.log(counts[-1])
        self.step = tick(most)
        self.steps = math.ceil(most / self.step)

    def x(self, count):
        span = self.high - self.low
        share = (math.log(count) - self.low) / span if span else 0.5
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        return HEIGHT - BOTTOM - value / (self.step * self.steps) * (HEIGHT - TOP - BOTTOM)

    def axes(self, counts):
        values = [number * self.step for number in range(self.steps + 1)]
        return ("".join(f'<path class="grid" d="M{LEFT} {self.y(value):.1f}H{WIDTH - RIGHT}"/>'
                        + text(LEFT - 8, self.y(value) + 4, f"{value:,g}", anchor="end")
                        for value in values)
                + "".join(text(self.x(count), HEIGHT - BOTTOM + 18, short(count))
                          for count in counts)
                + text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 36, "payments already there"))

    def line(self, name, style, counts, values):
        places = [(self.x(count), self.y(value)) for count, value in zip(counts, values)]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        x, y = places[-1]
        return (f'<path class="line {style}" d="M{path}"/>'
                + "".join(f'<circle class="{style}-dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
                          for x, y in places)
                + text(x + 9, y + 4, name, f"{style}-name", "start"))


def tick(most):
    """A step of 1, 2 or 5 that divides what there is into four or so."""
    size = 10 ** math.floor(math.log10(most / 4))
    return next(size * factor for factor in (1, 2, 5, 10) if size * factor >= most / 4)


def short(count):
    """10k, 1M: to two digits at most, as points lie a little beside."""
    unit, name = (1_000_000, "M") if count >= 950_000 else (1_000, "k")
    return f"{float(f'{count / unit:.2g}'):g}{name}"


def text(x, y, words, style="", anchor="middle"):
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'

"""Where copies of payments lie in time.

Ids begin with 48 bits of milliseconds: twelve hexadecimal digits of a UUID, ten letters of base 32 in
text. 2^20 of them, about 17 minutes, are a window: all ids of one begin with the same seven digits and
the same six letters, so that a payment is moved to another window by changing how its ids begin.
"""

import datetime
import time

WINDOW_MS = 1 << 20
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
# The part of the windows by which each goes on from the one before: never far from an even spread.
STRIDE = (5 ** 0.5 - 1) / 2


def current():
    return time.time_ns() // 1_000_000 // WINDOW_MS


def wait_for_room(seconds):
    """Waits for the next window if this one is over in less than that."""
    left = WINDOW_MS / 1000 - time.time() % (WINDOW_MS / 1000)
    if left < seconds:
        time.sleep(left + 0.1)


def digits(window):
    return f"{window:07x}"


def letters(window):
    return "".join(LETTERS[window >> 5 * place & 31] for place in reversed(range(6)))


def quarters(before, count):
    """The first moments of that many quarters of UTC, and of the one that has `before`; in order."""
    moment = datetime.datetime.fromtimestamp(before, datetime.timezone.utc)
    last = moment.year * 4 + (moment.month - 1) // 3
    return [datetime.datetime(index // 4, index % 4 * 3 + 1, 1, tzinfo=datetime.timezone.utc)
            for index in range(last - count, last + 1)]


class Spread:
    """Deals out windows between two moments, each once, at any time evenly."""

    def __init__(self, first, end):
        self.first, self.count = first, end - first
        self.taken, self.turn = set(), 0

    def take(self, count):
        if len(self.taken) + count > self.count:
            raise SystemExit("a year has no more windows: make more payments before they are copied")
        begun = len(self.taken)
        dealt = []
        while len(self.taken) < begun + count:
            self.turn += 1
            window = self.first + int(self.turn * STRIDE % 1 * self.count)
            if window not in self.taken:
                self.taken.add(window)
                dealt.append(window)
        return sorted(dealt)

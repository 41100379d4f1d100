"""Proxies between two processes, to hurt what goes through them. Bytes pass untouched otherwise."""

import asyncio
import struct
import threading

CHUNK = 65_536


class Loop:
    """An event loop in a thread of its own, for as long as it is entered."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=5)

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=10)


class Link:
    """A TCP port of ours that leads to a port or a Unix socket of somebody else's.

    `delay_s` holds back every chunk; `is_deaf` swallows all bytes and closes nothing, as a network
    does that has lost one side; `answers_cut` says how many answers are still to be lost: the
    request has gone through, and the connection ends in place of its answer.
    """

    def __init__(self, loop, target):
        self.loop, self.target = loop, target
        self.delay_s, self.is_deaf, self.answers_cut = 0.0, False, 0
        self.connections = set()

    def open(self):
        self.server = self.loop.run(asyncio.start_server(self.accept, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def heal(self):
        self.delay_s, self.is_deaf, self.answers_cut = 0.0, False, 0

    def drop(self):
        """Ends all connections, as a process does that dies."""
        self.loop.loop.call_soon_threadsafe(self.drop_now)

    def drop_now(self):
        for writer in list(self.connections):
            writer.transport.abort()

    async def accept(self, reader, writer):
        try:
            connect = (asyncio.open_unix_connection(self.target) if "/" in self.target
                       else asyncio.open_connection(*self.target.rsplit(":", 1)))
            far_reader, far_writer = await asyncio.wait_for(connect, 5)
        except (OSError, asyncio.TimeoutError):
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self.connections |= ends
        connection = Connection()
        pipes = [asyncio.ensure_future(self.carry_requests(connection, reader, far_writer)),
                 asyncio.ensure_future(self.carry_answers(connection, far_reader, writer))]
        await asyncio.wait(pipes, return_when=asyncio.FIRST_COMPLETED)
        for pipe in pipes:
            pipe.cancel()
        for end in ends:
            end.transport.abort()
        self.connections -= ends

    async def carry_requests(self, connection, reader, writer):
        async for chunk in self.chunks(reader):
            await send(writer, chunk)

    async def carry_answers(self, connection, reader, writer):
        async for chunk in self.chunks(reader):
            if connection.loses_answer:
                return
            if self.answers_cut > 0:
                self.answers_cut -= 1
                return
            await send(writer, chunk)

    async def chunks(self, reader):
        """What is read and to be passed on, until the connection ends."""
        try:
            while chunk := await reader.read(CHUNK):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if not self.is_deaf:
                    yield chunk
        except OSError:
            pass


class Connection:
    def __init__(self):
        self.loses_answer = False


async def send(writer, chunk):
    try:
        writer.write(chunk)
        await writer.drain()
    except OSError:
        pass  # The other pipe ends the connection.


class DatabaseLink(Link):
    """A link to PostgreSQL that can end just before a commit goes through, or just after it did and
    before anybody hears of it."""

    def __init__(self, loop, target):
        super().__init__(loop, target)
        self.cut = None  # "before" or "after" the next commit
        self.cuts = {"before": 0, "after": 0}

    async def carry_requests(self, connection, reader, writer):
        commits = CommitWatcher()
        async for chunk in self.chunks(reader):
            cut = self.cut if commits.sees_commit(chunk) else None
            if cut:
                self.cut = None
                self.cuts[cut] += 1
            if cut == "before":
                return
            connection.loses_answer = connection.loses_answer or cut == "after"
            await send(writer, chunk)


class CommitWatcher:
    """Tells from the bytes of one client when they complete a commit.

    A message is a letter, a length and that many bytes; the first of a connection has no letter.
    Statements are prepared under a name, bound by it, and carried out up to the next Sync, which is
    a commit of its own outside of BEGIN and COMMIT.
    """

    def __init__(self):
        self.rest = b""
        self.is_started = False
        self.texts = {}  # By the names of prepared statements.
        self.is_in_block = self.has_work = False

    def sees_commit(self, chunk):
        self.rest += chunk
        found = False
        while (message := self.take()) is not None:
            found = self.reads(*message) or found
        return found

    def take(self):
        head = 5 if self.is_started else 4
        if len(self.rest) < head:
            return None
        length = struct.unpack("!I", self.rest[head - 4:head])[0] + head - 4
        if len(self.rest) < length:
            return None
        kind = self.rest[:1] if self.is_started else b""
        body, self.rest = self.rest[head:length], self.rest[length:]
        self.is_started = True
        return kind, body

    def reads(self, kind, body):
        """Whether the message ends a commit."""
        if kind == b"P":  # Parse: name, text
            name, text = body.split(b"\0")[:2]
            self.texts[name] = text.strip().upper()[:8]
        elif kind == b"B":  # Bind: portal, name
            return self.carries_out(self.texts.get(body.split(b"\0")[1], b""))
        elif kind == b"S":
            has_committed = self.has_work and not self.is_in_block
            self.has_work = self.has_work and self.is_in_block
            return has_committed
        return False

    def carries_out(self, text):
        self.has_work = True
        if text.startswith(b"BEGIN"):
            self.is_in_block = True
        elif text.startswith((b"COMMIT", b"ROLLBACK")):
            self.is_in_block = False
        return False

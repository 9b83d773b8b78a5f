"""Claude Code's logs: the records, in the two layouts of versions 2.0 and 2.1."""

from __future__ import annotations

from random import Random

from attrs import frozen

from corpus.draws import base58, iso, lognormal, uuid4
from corpus.pools import Pools
from corpus.truth import ClaudeUsage

__all__ = ["ClaudeWriter", "Envelope"]

_TYPICAL_RESULT = {b"Read": 6_500, b"Bash": 1_900, b"Grep": 1_500, b"Glob": 700, b"WebFetch": 4_000}
"""Median bytes of what a tool gives; 500 for any other."""


@frozen
class Envelope:
    """What surrounds a record: its id and instant, and the bytes before and after its body."""

    id: bytes
    at: bytes
    front: bytes
    back: bytes


class ClaudeWriter:
    """Writes the records of one file.

    Attributes:
        lines: What was written, without line ends.
        size: Bytes of the lines with their ends.
        ms: The instant of the last record, in milliseconds since 1970.
        parent: Id of the last record, which the next one names.
        fresh: Tokens that tools gave since the last request.
        new: Whether the records have the layout of 2.1 with its finer usage.
        progress: Whether progress records are written, as some versions did.

    """

    def __init__(
        self, pools: Pools, rng: Random, *, start: int, session: bytes, project: str, agent: bytes
    ) -> None:
        self.pools, self.rng = pools, rng
        self.session, self.agent = session, agent
        self.ms, self.fresh, self.size = start, 0, 0
        self.lines: list[bytes] = []
        self.parent = b""
        at = iso(start)
        self.new = at >= b"2026-03-01"
        self.progress = b"2026-01-05" <= at < b"2026-04-01"
        if self.new:
            self.version = b"2.1.%d" % rng.randrange(40, 150)
        elif self.progress:
            self.version = b"2.1.%d" % rng.randrange(1, 39)
        else:
            self.version = b"2.0.%d" % rng.randrange(30, 77)
        self.folder = b"/" + project.strip("-").replace("-", "/", 3).encode()

    def emit(self, line: bytes) -> None:
        """Write a line."""
        self.lines.append(line)
        self.size += len(line) + 1

    def open(self, shortest: int, longest: int) -> Envelope:
        """Return the envelope of a record that comes so many milliseconds after the last."""
        id_ = uuid4(self.rng)
        self.ms += self.rng.randrange(shortest, longest)
        parent = b'"%b"' % self.parent if self.parent else b"null"
        front = b'{"parentUuid":%b,"isSidechain":%b' % (parent, b"true" if self.agent else b"false")
        agent = b',"agentId":"%b"' % self.agent if self.agent else b""
        place = b'"cwd":"%b","sessionId":"%b","version":"%b","gitBranch":"main"' % (
            self.folder,
            self.session,
            self.version,
        )
        self.parent = id_
        if self.new:
            back = b',"userType":"external","entrypoint":"cli",%b}' % place
            return Envelope(id_, iso(self.ms), front + agent + b",", back)
        front += b',"userType":"external",%b%b,' % (place, agent)
        return Envelope(id_, iso(self.ms), front, b"}")

    def usage_json(self, usage: ClaudeUsage) -> bytes:
        """Return *usage* as this version writes it."""
        fresh, output, five, hour, read = usage
        written = b'{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":%d}' % (five, hour)
        text = (
            b'{"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,'
            b'"cache_creation":%b,"output_tokens":%d,"service_tier":"standard"'
        ) % (fresh, five + hour, read, written, output)
        if not self.new:
            return text + b"}"
        tries = (
            b'[{"input_tokens":%d,"output_tokens":%d,"cache_read_input_tokens":%d,'
            b'"cache_creation_input_tokens":%d,"cache_creation":%b,"type":"message"}]'
        ) % (fresh, output, read, five + hour, written)
        searches = b'{"web_search_requests":0,"web_fetch_requests":0}'
        return text + (
            b',"inference_geo":"not_available","server_tool_use":%b'
            b',"iterations":%b,"speed":"standard"}'
        ) % (searches, tries)

    # Records

    def summary(self, title: str) -> None:
        """Write the title of a session; it has no envelope."""
        self.emit(
            b'{"type":"summary","summary":"Work on %b","leafUuid":"%b"}'
            % (title.encode(), uuid4(self.rng))
        )

    def snapshot(self) -> None:
        """Write which files were backed up; it has no envelope."""
        id_ = uuid4(self.rng)
        files = b",".join(
            b'"src/%b.py":{"backupFileName":"%b@v1","version":1,"backupTime":"%b"}'
            % (base58(self.rng, 6), base58(self.rng, 16), iso(self.ms))
            for _ in range(self.rng.randrange(0, 9))
        )
        self.emit(
            b'{"type":"file-history-snapshot","messageId":"%b","snapshot":{"messageId":"%b",'
            b'"trackedFileBackups":{%b},"timestamp":"%b"},"isSnapshotUpdate":false}'
            % (id_, id_, files, iso(self.ms))
        )

    def prompt(self) -> None:
        """Write what the user typed."""
        envelope = self.open(5_000, 240_000)
        text = self.pools.text(self.rng, lognormal(self.rng, 300, 1.2, 30, 20_000))
        self.emit(
            b'%b"type":"user","message":{"role":"user","content":"%b"},"uuid":"%b","timestamp":"%b"'
            b"%b" % (envelope.front, text, envelope.id, envelope.at, envelope.back)
        )

    def turn_duration(self) -> None:
        """Write how long a turn took."""
        envelope = self.open(20, 400)
        self.emit(
            b'%b"type":"system","subtype":"turn_duration","durationMs":%d,'
            b'"timestamp":"%b","uuid":"%b","isMeta":false%b'
            % (
                envelope.front,
                self.rng.randrange(1000, 900000),
                envelope.at,
                envelope.id,
                envelope.back,
            )
        )

    def hook_progress(self, tool: bytes) -> None:
        """Write that a hook ran after *tool*."""
        envelope = self.open(5, 60)
        self.emit(
            b'%b"type":"progress","data":{"type":"hook_progress","hookEvent":"PostToolUse",'
            b'"hookName":"PostToolUse:%b","command":"callback"},"parentToolUseID":"toolu_01%b",'
            b'"toolUseID":"toolu_01%b","timestamp":"%b","uuid":"%b"%b'
            % (
                envelope.front,
                tool,
                base58(self.rng, 22),
                base58(self.rng, 22),
                envelope.at,
                envelope.id,
                envelope.back,
            )
        )

    def agent_progress(self, line: bytes, agent: bytes) -> None:
        """Write that *agent* wrote *line*, usage and all; it must not be added."""
        envelope = self.open(20, 900)
        self.emit(
            b'%b"type":"progress","data":{"message":%b,"normalizedMessages":[],'
            b'"type":"agent_progress","prompt":"%b","agentId":"%b"},"toolUseID":"agent_msg_01%b",'
            b'"parentToolUseID":"toolu_01%b","timestamp":"%b","uuid":"%b"%b'
            % (
                envelope.front,
                line,
                self.pools.text(self.rng, 120),
                agent,
                base58(self.rng, 22),
                base58(self.rng, 22),
                envelope.at,
                envelope.id,
                envelope.back,
            )
        )

    def compact_boundary(self, context: int) -> None:
        """Write that the conversation was compacted."""
        envelope = self.open(10_000, 60_000)
        self.emit(
            b'%b"type":"system","subtype":"compact_boundary","content":"Conversation compacted",'
            b'"isMeta":false,"timestamp":"%b","uuid":"%b","level":"info","compactMetadata":'
            b'{"trigger":"auto","preTokens":%d}%b'
            % (envelope.front, envelope.at, envelope.id, context, envelope.back)
        )

    def api_error(self) -> None:
        """Write a message that no model made: its usage is zero."""
        envelope = self.open(500, 5_000)
        self.emit(
            b'%b"type":"assistant","uuid":"%b","timestamp":"%b","message":{"id":"%b",'
            b'"container":null,"model":"<synthetic>","role":"assistant",'
            b'"stop_reason":"stop_sequence","stop_sequence":"","type":"message",'
            b'"usage":{"input_tokens":0,"output_tokens":0,"cache_creation_input_tokens":0,'
            b'"cache_read_input_tokens":0,"server_tool_use":{"web_search_requests":0,'
            b'"web_fetch_requests":0},"service_tier":null},"content":[{"type":"text",'
            b'"text":"API Error: 529 Overloaded"}]},"isApiErrorMessage":true%b'
            % (envelope.front, envelope.id, envelope.at, uuid4(self.rng), envelope.back)
        )

    # Content blocks

    def thinking(self) -> bytes:
        """Return a block of thinking."""
        return b'{"type":"thinking","thinking":"%b","signature":"%b"}' % (
            self._text(350, 0.9, 40, 6_000),
            self.pools.base64(self.rng, lognormal(self.rng, 700, 0.6, 200, 8_000)),
        )

    def text(self) -> bytes:
        """Return a block of an answer's text."""
        return b'{"type":"text","text":"%b"}' % self._text(260, 0.9, 20, 8_000)

    def tool_input(self, tool: bytes) -> bytes:
        """Return what a call of *tool* passes to it."""
        if tool == b"Task":
            text = self.pools.text(self.rng, 600)
            return b'{"description":"look","prompt":"%b","subagent_type":"Explore"}' % text
        if tool == b"Edit":
            return b'{"file_path":"/home/dev/src/x.py","old_string":"%b","new_string":"%b"}' % (
                self._text(400, 0.9, 30, 9_000),
                self._text(550, 1.0, 30, 14_000),
            )
        if tool == b"Write":
            text = self._text(4_000, 0.9, 100, 40_000)
            return b'{"file_path":"/home/dev/src/y.py","content":"%b"}' % text
        if tool == b"Bash":
            text = self._text(90, 0.9, 10, 3_000)
            return b'{"command":"%b","description":"Run it"}' % text
        return b'{"file_path":"/home/dev/src/%b.py","limit":200}' % base58(self.rng, 12)

    # Results of tools: most of the bytes

    def task_result(self, call: bytes, usage: ClaudeUsage) -> None:
        """Write what a sub-agent came to, with the usage of its last response."""
        envelope = self.open(60, 9_000)
        text = self._text(2_500, 0.8, 200, 20_000)
        prompt, agent = self.pools.text(self.rng, 300), base58(self.rng, 8)
        extra = (
            b'{"status":"completed","prompt":"%b","agentId":"%b","content":[{"type":"text",'
            b'"text":"%b"}],"totalDurationMs":91823,"totalTokens":%d,"totalToolUseCount":7,'
            b'"usage":%b}'
        ) % (prompt, agent, text, sum(usage), self.usage_json(usage))
        self._result(envelope, call, b'"%b"' % text, extra)
        self.fresh += len(text) // 4 + 40

    def tool_result(self, tool: bytes, call: bytes) -> None:
        """Write what *tool* gave; Read and Bash write it twice, and some of it is a picture."""
        envelope = self.open(60, 9_000)
        text = self._text(_TYPICAL_RESULT.get(tool, 500), 1.25, 60, 60_000)
        extra = self._tool_extra(tool, text)
        if tool == b"Read" and self.rng.random() < 0.008:
            length = lognormal(self.rng, 220_000, 0.8, 20_000, 1_100_000)
            image = self.pools.base64(self.rng, length)
            content = (
                b'[{"type":"image","source":{"type":"base64","data":"%b",'
                b'"media_type":"image/png"}}]' % image
            )
            extra = (
                b'{"type":"image","file":{"base64":"%b","type":"image/png",'
                b'"originalSize":221}}' % image
            )
            self._result(envelope, call, content, extra)
            self.fresh += 1_600
            return
        self._result(envelope, call, b'"%b"' % text, extra)
        self.fresh += len(text) // 4 + 40

    def _tool_extra(self, tool: bytes, text: bytes) -> bytes:
        if tool == b"Read":
            return (
                b'{"type":"text","file":{"filePath":"/home/dev/src/%b.py","content":"%b",'
                b'"numLines":285,"startLine":1,"totalLines":285}}'
            ) % (base58(self.rng, 8), text)
        if tool == b"Bash":
            return b'{"stdout":"%b","stderr":"","interrupted":false,"isImage":false}' % text
        if tool == b"Edit":
            before = self._text(9_000, 0.9, 200, 60_000)
            return (
                b'{"filePath":"/home/dev/src/%b.py","oldString":"","newString":"",'
                b'"originalFile":"%b","structuredPatch":[],"userModified":false}'
            ) % (base58(self.rng, 8), before)
        return b'{"mode":"files_with_matches","filenames":["a.ts","b.ts"],"numFiles":2}'

    def _result(self, envelope: Envelope, call: bytes, content: bytes, extra: bytes) -> None:
        self.emit(
            b'%b"type":"user","message":{"role":"user","content":[{"tool_use_id":"%b",'
            b'"type":"tool_result","content":%b}]},"uuid":"%b","timestamp":"%b",'
            b'"toolUseResult":%b%b'
            % (envelope.front, call, content, envelope.id, envelope.at, extra, envelope.back)
        )

    def _text(self, median: int, sigma: float, low: int, high: int) -> bytes:
        return self.pools.text(self.rng, lognormal(self.rng, median, sigma, low, high))

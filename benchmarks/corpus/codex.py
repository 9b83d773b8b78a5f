"""Codex's logs: a thread of requests, each counted by a running total."""

from __future__ import annotations

from random import Random

from corpus.draws import base58, choose, iso, lognormal, uuid7
from corpus.pools import Pools
from corpus.truth import CodexUsage, Truth

__all__ = ["CodexSession"]

_STAMP = len(b'{"timestamp":"2026-01-02T03:04:05.678Z')

_COMPACT_ABOVE = 220_000


class CodexSession:
    """One thread: its lines, and what they count.

    Each token_count event is written twice, with an equal running total. A third of the threads
    repeat their instructions of 11 kB before each request. A fork begins with its parent's lines,
    stamped anew, and its totals go on from the parent's.

    Attributes:
        lines: What was written, without line ends.
        size: Bytes of the lines with their ends.
        ms: The instant of the last record, in milliseconds since 1970.
        total: The running total.

    """

    def __init__(
        self,
        pools: Pools,
        truth: Truth,
        rng: Random,
        start: int,
        *,
        parent: CodexSession | None = None,
    ) -> None:
        self.pools, self.truth, self.rng = pools, truth, rng
        self.ms, self.size = start, 0
        self.lines: list[bytes] = []
        self.id = uuid7(rng, start)
        at = iso(start)
        self.model: str = parent.model if parent else _model(rng, at)
        self._repeats_instructions = rng.random() < 0.33
        self._has_records = at >= b"2026-09-01"
        self.total: CodexUsage = (0, 0, 0, 0)
        self._context, self._fresh = rng.randrange(8_000, 17_000), 2_000
        self._turn = uuid7(rng, start)
        self._rules, self._instructions = pools.text(rng, 2_900), pools.text(rng, 7_400)
        self._events: list[CodexUsage] = []
        self._counted: list[CodexUsage] = []
        self._meta(parent.id if parent else b"")
        if parent:
            self._replay(parent)

    def _replay(self, parent: CodexSession) -> None:
        at = iso(self.ms)
        for line in parent.lines:
            self._emit(b'{"timestamp":"' + at + line[_STAMP:])
        self.total, self._context = parent.total, parent._context
        for usage in parent._events:
            self.truth.codex_event(usage)
        for usage in parent._counted:
            self.truth.codex_replay(usage)
        self._events, self._counted = list(parent._events), list(parent._counted)
        self.ms += 2_000

    def go_on(self, thread: bytes, total: CodexUsage) -> None:
        """Be the *thread* of that id with the running *total*, in a log that is there already."""
        self.id, self.total = thread, total
        self.lines, self.size = [], 0

    def run(self, target: float) -> None:
        """Work until there are *target* bytes."""
        for role, length in ((b"developer", 3_600), (b"developer", 6_600), (b"user", 3_000)):
            self._message(role, length)
        while self.size < target:
            self.turn(target)
            if self.rng.random() < 0.05:
                self.ms += self.rng.randrange(600_000, 7_200_000)

    def turn(self, target: float) -> None:
        """Answer one prompt of the user: requests until there are *target* bytes, or fewer."""
        rng = self.rng
        self._turn = uuid7(rng, self.ms)
        self.ms += rng.randrange(5_000, 300_000)
        self._event(
            b'{"type":"task_started","turn_id":"%b","model_context_window":258400}' % self._turn
        )
        self._prompt()
        if not self._repeats_instructions:
            self._turn_context()
        self._count(None)
        while self.size < target:
            self._request()
            if rng.random() < 0.12:
                break
        length = lognormal(rng, 1_000, 0.8, 60, 8_000)
        self._message(b"assistant", length)
        self._event(
            b'{"type":"task_complete","turn_id":"%b","last_agent_message":"%b"}'
            % (self._turn, self.pools.text(rng, length))
        )

    def _request(self) -> None:
        """Write one request: what it answered and called, its count, and the tools' results."""
        rng = self.rng
        if self._repeats_instructions:
            self._turn_context()
        if rng.random() < 0.85:
            self._reasoning()
        if rng.random() < 0.6:
            length = lognormal(rng, 250, 0.8, 40, 8_000)
            text = self.pools.text(rng, length)
            self._event(b'{"type":"agent_message","message":"%b"}' % text, 3, 900)
            self._message(b"assistant", length)
        calls = [self._call() for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4)))]
        last = self._usage()
        if self._has_records:
            self._usage_record(last)
        self._count(last)
        self.truth.codex(self.ms, self.model, last)
        self._counted.append(last)
        self._fresh = last[2] + 60
        for call in calls:
            length = lognormal(rng, 1_500, 1.3, 60, 84_000)
            text = self.pools.text(rng, length)
            output = b'{"type":"function_call_output","call_id":"%b","output":"%b"}' % (call, text)
            self._item(output, 20, 4_000)
            self._fresh += length // 4
        if rng.random() < 0.97:
            self._count(last)  # the same totals again
        if self._context > _COMPACT_ABOVE:
            self._compact()

    def _usage(self) -> CodexUsage:
        """Return what the next request uses, and let the context and the total grow by it."""
        rng = self.rng
        cached = 0 if rng.random() < 0.05 else self._context // 128 * 128
        self._context += self._fresh
        output = lognormal(rng, 260, 1.0, 8, 20_000)
        reasoning = int(output * rng.random() * 0.8)
        last = (self._context, min(cached, self._context), output, reasoning)
        a, b, c, d = self.total
        self.total = (a + last[0], b + last[1], c + last[2], d + last[3])
        return last

    # Records

    def _emit(self, line: bytes) -> None:
        self.lines.append(line)
        self.size += len(line) + 1

    def _line(self, kind: bytes, payload: bytes, shortest: int, longest: int) -> None:
        self.ms += self.rng.randrange(shortest, longest)
        self._emit(b'{"timestamp":"%b","type":"%b","payload":%b}' % (iso(self.ms), kind, payload))

    def _event(self, payload: bytes, shortest: int = 3, longest: int = 900) -> None:
        self._line(b"event_msg", payload, shortest, longest)

    def _item(self, payload: bytes, shortest: int = 3, longest: int = 900) -> None:
        self._line(b"response_item", payload, shortest, longest)

    def _meta(self, parent: bytes) -> None:
        fork = b',"forked_from_id":"%b"' % parent if parent else b""
        payload = (
            b'{"id":"%b"%b,"timestamp":"%b","cwd":"/home/dev/src/api","originator":"codex_cli_rs",'
            b'"cli_version":"0.104.0","source":"cli","model_provider":"openai",'
            b'"base_instructions":{"text":"%b"},"git":{"commit_hash":"%040x","branch":"main"}}'
        ) % (
            self.id,
            fork,
            iso(self.ms),
            self.pools.text(self.rng, 12_800),
            self.rng.getrandbits(160),
        )
        self._line(b"session_meta", payload, 1, 3)

    def _turn_context(self) -> None:
        model = self.model.encode()
        instructions = b""
        if self._repeats_instructions:
            instructions = b',"user_instructions":"%b","developer_instructions":"%b"' % (
                self._rules,
                self._instructions,
            )
        payload = (
            b'{"turn_id":"%b","cwd":"/home/dev/src/api","approval_policy":"on-request",'
            b'"sandbox_policy":{"type":"workspace-write","writable_roots":["/home/dev/src/api"],'
            b'"network_access":false,"exclude_tmpdir_env_var":false,"exclude_slash_tmp":false},'
            b'"model":"%b","personality":"pragmatic","collaboration_mode":{"mode":"default",'
            b'"settings":{"model":"%b","reasoning_effort":"high","developer_instructions":null}},'
            b'"effort":"high","summary":"auto"%b,'
            b'"truncation_policy":{"mode":"tokens","limit":10000}}'
        ) % (self._turn, model, model, instructions)
        self._line(b"turn_context", payload, 1, 20)

    def _prompt(self) -> None:
        """Write what the user typed, twice: as an item and as an event; some with a picture."""
        rng = self.rng
        image = b""
        if rng.random() < 0.012:
            data = self.pools.base64(rng, lognormal(rng, 500_000, 0.9, 40_000, 4_000_000))
            image = b'"data:image/png;base64,%b"' % data
        length = lognormal(rng, 300, 1.1, 20, 12_000)
        self._message(b"user", length, image)
        payload = (
            b'{"type":"user_message","message":"%b","images":[%b],"local_images":[],'
            b'"text_elements":[]}'
        ) % (self.pools.text(rng, length), image)
        self._event(payload, 1, 4)

    def _message(self, role: bytes, length: int, image: bytes = b"") -> None:
        kind = b"output_text" if role == b"assistant" else b"input_text"
        more = b',{"type":"input_image","image_url":%b}' % image if image else b""
        text = self.pools.text(self.rng, length)
        content = b'[{"type":"%b","text":"%b"}%b]' % (kind, text, more)
        self._item(b'{"type":"message","role":"%b","content":%b}' % (role, content))

    def _reasoning(self) -> None:
        rng = self.rng
        text = self.pools.text(rng, 60)
        self._event(b'{"type":"agent_reasoning","text":"%b"}' % text, 900, 9_000)
        payload = (
            b'{"type":"reasoning","summary":[{"type":"summary_text","text":"%b"}],"content":null,'
            b'"encrypted_content":"%b"}'
        ) % (
            self.pools.text(rng, 60),
            self.pools.base64(rng, lognormal(rng, 1_500, 0.8, 400, 18_000)),
        )
        self._item(payload, 1, 5)

    def _call(self) -> bytes:
        rng = self.rng
        call = b"call_" + base58(rng, 24)
        if rng.random() < 0.14:
            patch = self.pools.text(rng, lognormal(rng, 1_300, 0.9, 100, 28_000))
            payload = (
                b'{"type":"custom_tool_call","status":"completed","call_id":"%b",'
                b'"name":"apply_patch","input":"%b"}'
            ) % (call, patch)
        else:
            payload = (
                b'{"type":"function_call","name":"exec_command","arguments":"{\\"cmd\\":\\"rg -n '
                b'%b\\",\\"workdir\\":\\"/home/dev/src/api\\",\\"yield_time_ms\\":1000}",'
                b'"call_id":"%b"}'
            ) % (base58(rng, 30), call)
        self._item(payload)
        return call

    def _usage_record(self, last: CodexUsage) -> None:
        """Write the record that versions of September 2026 and later write as well."""
        once, whole = _usage_json(last, written=True), _usage_json(self.total, written=True)
        payload = (
            b'{"session_id":"%b","thread_id":"%b","turn_id":"%b","root_turn_id":"%b",'
            b'"response_id":"resp_%b","usage":%b,"turn_token_usage":%b,"thread_token_usage":%b}'
        ) % (
            self.id,
            self.id,
            self._turn,
            self._turn,
            base58(self.rng, 40),
            once,
            once,
            whole,
        )
        self._line(b"token_usage_record", payload, 1, 5)

    def _count(self, last: CodexUsage | None) -> None:
        """Write a token_count event; None is that of a turn which has not asked yet."""
        info = b"null"
        if last:
            info = (
                b'{"total_token_usage":%b,"last_token_usage":%b,"model_context_window":258400}'
                % (_usage_json(self.total), _usage_json(last))
            )
            self._events.append(last)
            self.truth.codex_event(last)
        payload = (
            b'{"type":"token_count","info":%b,"rate_limits":{"limit_id":"codex","limit_name":null,'
            b'"primary":{"used_percent":%d.0,"window_minutes":300,"resets_at":%d},'
            b'"secondary":{"used_percent":3.0,"window_minutes":10080,"resets_at":%d},'
            b'"credits":{"has_credits":false,"unlimited":false,"balance":null},"plan_type":null}}'
        ) % (
            info,
            self.rng.randrange(1, 99),
            self.ms // 1000 + 9_000,
            self.ms // 1000 + 400_000,
        )
        self._event(payload, 1, 500)

    def _compact(self) -> None:
        rng = self.rng
        history = b",".join(
            b'{"type":"message","role":"user","content":[{"type":"input_text","text":"%b"}]}'
            % self.pools.text(rng, 2_000)
            for _ in range(rng.randrange(5, 60))
        )
        payload = b'{"message":"","replacement_history":[%b]}' % history
        self._line(b"compacted", payload, 5_000, 40_000)
        self._event(b'{"type":"context_compacted"}', 1, 5)
        self._context, self._fresh = rng.randrange(14_000, 40_000), 500


def _usage_json(usage: CodexUsage, *, written: bool = False) -> bytes:
    whole, cached, output, reasoning = usage
    return (
        b'{"input_tokens":%d,"cached_input_tokens":%d,%b"output_tokens":%d,'
        b'"reasoning_output_tokens":%d,"total_tokens":%d}'
    ) % (
        whole,
        cached,
        b'"cache_write_input_tokens":0,' if written else b"",
        output,
        reasoning,
        whole + output,
    )


def _model(rng: Random, at: bytes) -> str:
    if at < b"2025-12-20":
        return choose(rng, b"gpt-5.1-codex-max", b"gpt-5.1-codex").decode()
    if at < b"2026-02-10":
        return choose(rng, b"gpt-5.2-codex", b"gpt-5.2").decode()
    return choose(rng, b"gpt-5.3-codex", b"gpt-5.3-codex", b"gpt-5.4").decode()

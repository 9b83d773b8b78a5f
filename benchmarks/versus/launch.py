"""Start one program, wait for it, print what it cost: seconds, seconds of processors, KiB; code.

    python -I -S launch.py OUTPUT ERRORS INPUT UNTIL PROGRAM [ARGUMENT ...]

It is a process of its own because Linux keeps the memory of a process that starts another as the
least peak of that other. This one has 10 MiB, and imports next to nothing.
UNTIL is what the last line begins with, of a program that then waits for Ctrl-C; or empty.
"""

import os
import signal
import sys
import time

_LIMIT = 900
"""Seconds after which a program is ended: the slowest tool known takes 300 for 3 GB."""


def main(output: str, errors: str, given: str, until: str, *words: str) -> None:
    """Run the program with *words*, its streams to and from the files named."""
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams: list[tuple[int, ...] | tuple[int, int, str, int, int]] = [
        (os.POSIX_SPAWN_OPEN, 0, given, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, errors, write, 0o600),
    ]
    reader = -1
    if until:
        reader, writer = os.pipe()
        streams.append((os.POSIX_SPAWN_DUP2, writer, 1))
    else:
        streams.append((os.POSIX_SPAWN_OPEN, 1, output, write, 0o600))
    begun = time.perf_counter()
    process = os.posix_spawnp(words[0], words, os.environ, file_actions=streams)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(process, signal.SIGKILL))
    signal.alarm(_LIMIT)
    last = 0.0
    if until:
        os.close(writer)
        # Not pathlib: what this process imports counts as memory of the other.
        with open(output, "wb") as kept, open(reader, "rb") as lines:  # noqa: PTH123
            for line in lines:
                kept.write(line)
                if line.startswith(os.fsencode(until)):
                    last = time.perf_counter()
                    os.kill(process, signal.SIGINT)
    _, status, used = os.wait4(process, 0)
    wall = (last or time.perf_counter()) - begun
    code = os.waitstatus_to_exitcode(status)
    if until and not last:
        code = code or -1
    print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss, code)


main(*sys.argv[1:])

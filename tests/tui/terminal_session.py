"""The real program in a real pseudo-terminal: keys in, the screen out as a person sees it.

Keeps every byte that the program wrote, so that a test can also say what must never be sent.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import pyte

from tests.program import environment

STUDIO = (sys.executable, "-c", "from afs_tui.__main__ import main; main()")
PATIENCE_SECONDS = 120.0
_ESCAPE_SECONDS = 0.3  # a key that follows sooner would be read as one with Alt
_KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "space": " ",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f5": "\x1b[15~",
    "f8": "\x1b[19~",
}


class TerminalSession:
    """A program in a terminal of `columns` x `rows`; ends the program at the end."""

    def __init__(
        self,
        command: tuple[str, ...],
        home: Path,
        *,
        columns: int = 120,
        rows: int = 40,
        **variables: str,
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._drawn = 0  # bytes of `raw` that the screen has seen
        self.raw = bytearray()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._settings = termios.tcgetattr(slave)
        self._slave = slave
        known = environment(home)
        del known["COLUMNS"]  # the terminal's own size holds
        known |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=home,
            env=known | {"TEXTUAL_ANIMATIONS": "none"} | variables,
            preexec_fn=_own_terminal,
        )

    def __enter__(self) -> "TerminalSession":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)
        os.close(self._slave)

    @property
    def text(self) -> str:
        """The screen as it is now."""
        self._draw()
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def lines(self) -> list[str]:
        self._draw()
        return list(self._screen.display)

    def _draw(self) -> None:
        """Draws what came in since; only when someone looks, because it takes longer than to write it."""
        self._stream.feed(bytes(self.raw[self._drawn :]))
        self._drawn = len(self.raw)

    def press(self, *keys: str) -> None:
        """Types keys: characters, names such as "enter", or "ctrl+s"."""
        for key in keys:
            self.send(key)
            self.read_for(_ESCAPE_SECONDS if key == "escape" else 0.03)

    def send(self, key: str) -> None:
        """Types one key and waits for nothing."""
        is_control = key.startswith("ctrl+")
        sent = chr(ord(key[-1]) - ord("a") + 1) if is_control else _KEYS.get(key, key)
        os.write(self._master, sent.encode())

    def resize(self, columns: int, rows: int) -> None:
        self._draw()
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def read_for(self, seconds: float) -> None:
        """Takes in what the program writes for a while."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and self.read_once(left):
            pass

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Returns once the screen shows a text (or fits); fails with the screen when it never does."""
        deadline = time.monotonic() + seconds
        fits = wanted if callable(wanted) else (lambda text: wanted in text)
        while not fits(self.text):
            assert self.process.poll() is None, f"the program ended:\n{self.text}"
            assert time.monotonic() < deadline, f"never shown: {wanted!r}\n{self.text}"
            self.read_once(0.05)

    def wait_for_end(self, seconds: float = 20.0) -> int:
        """The exit status of the program."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it did not end:\n{self.text}"
            self.read_once(0.05)
        self.read_for(0.2)
        return self.process.returncode

    def is_restored(self) -> bool:
        """Whether the terminal is as it was: settings, screen, cursor, mouse and paste modes."""
        return self._has_its_settings() and all(
            self.raw.rfind(f"\x1b[?{mode}{off}".encode()) > self.raw.rfind(f"\x1b[?{mode}{on}".encode())
            for mode, on, off in (
                ("1049", "h", "l"),
                ("25", "l", "h"),
                ("1003", "h", "l"),
                ("2004", "h", "l"),
            )
        )

    def _has_its_settings(self) -> bool:
        now: list[Any] = termios.tcgetattr(self._slave)
        return bool(now == self._settings)

    def read_once(self, seconds: float) -> bool:
        """Takes in what is there, waiting for it at most so long; False when there was nothing."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            return False
        self.raw += data
        return True


def _own_terminal() -> None:
    """Makes the child's standard input its controlling terminal, so that a hang-up reaches it."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def studio_command(*arguments: object) -> tuple[str, ...]:
    return (*STUDIO, *map(str, arguments))

"""How far something long has come is shown on terminals, and nowhere else."""

import os
import pty
import subprocess
import sys

CODE = (
    "from terminal.progress import progress;"
    "print(sum(progress(3, [1, 2, 3], '打印 printing')), flush=True)"
)


def test_the_items_come_through_and_nothing_is_shown_in_a_pipe() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("6", "")


def test_a_terminal_shows_a_bar_with_its_words() -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environment,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    assert done.stdout.split() == [b"6"]
    assert "打印 printing" in shown
    assert "100%" in shown

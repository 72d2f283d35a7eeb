"""Commands as they are typed, one after another, in a process of their own: `python -m tests.system.typed`.

Reads a JSON list of commands, each a list of arguments, from standard input, and prints a JSON list of what each ended
with: exit code, standard output, standard error. One process for all, since starting one takes longer than a command.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile

from monitor.cli import main


def typed(arguments: list[str]) -> tuple[int, str, str]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        before = os.dup(1), os.dup(2)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        try:
            code = main(arguments)
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            for number, kept in enumerate(before, start=1):
                os.dup2(kept, number)
                os.close(kept)
        for stream in (out, err):
            stream.seek(0)
        return code, out.read().decode(), err.read().decode()


if __name__ == "__main__":
    print(json.dumps([typed(arguments) for arguments in json.load(sys.stdin)]))

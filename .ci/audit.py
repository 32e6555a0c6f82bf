"""Looks up known vulnerabilities of what is installed beside this Python. One of them is a failure.

Where the advisory service is out of reach that is said in one line, and is none.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: The whole look-up, and one answer of the service.
SECONDS, ANSWER_SECONDS = 50, 10
#: What pip-audit's last line says when the service is not there, refuses, or is too slow.
OUT_OF_REACH = re.compile(
    r"requests\.exceptions\.(ConnectionError|ProxyError|SSLError|ConnectTimeout|ReadTimeout|Timeout|HTTPError)"
    r"|Could not connect to|is not redirecting properly|ServiceError$|Connection(Error| timed out)"
)


def main() -> int:
    command = [str(Path(sys.executable).with_name("pip-audit")), "--local", "--skip-editable"]
    command += ["--progress-spinner", "off", "--format", "json", "--timeout", str(ANSWER_SECONDS)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        print(f"dependencies not audited: the advisory service took more than {SECONDS} seconds")
        return 0
    except OSError as error:
        print(f"dependencies not audited: pip-audit can't be run ({error.strerror})")
        return 1
    code, lines = judged(done.stdout, done.stderr, done.returncode)
    print("\n".join(lines))
    return code


def judged(out: str, err: str, ended: int) -> tuple[int, list[str]]:
    """The exit code, and the lines that say why."""
    try:
        packages: list[dict[str, Any]] = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = (err.strip().splitlines() or ["pip-audit said nothing"])[-1][:300]
        if OUT_OF_REACH.search(said):
            return 0, [f"dependencies not audited: the advisory service can't be reached ({said})"]
        return 1, [f"dependencies not audited: {said}"]
    found = list(_found(packages))
    if found:
        return 1, found
    if ended != 0:
        return 1, [f"dependencies not audited: pip-audit ended with {ended}"]
    audited = [package["name"] for package in packages if "vulns" in package]
    if not audited:
        return 0, [f"dependencies not audited: the advisory service gave no answer for any of {len(packages)} packages"]
    left = sorted(package["name"] for package in packages if "vulns" not in package)
    but = f"; not audited: {', '.join(left)}" if left else ""
    return 0, [f"{len(audited)} dependencies audited, no known vulnerability{but}"]


def _found(packages: list[dict[str, Any]]) -> Iterator[str]:
    for package in packages:
        for known in package.get("vulns", ()):
            fixed = ", ".join(known.get("fix_versions", ())) or "no release yet"
            yield f"{package['name']} {package['version']} has {known['id']}, fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main())

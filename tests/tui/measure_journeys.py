"""By hand: keys, bytes and seconds of an officer's journeys, from a held item to what was wanted of it.

python tests/tui/measure_journeys.py
python tests/tui/measure_journeys.py --thin

Each key is pressed as soon as what it acts on is shown. ``--thin`` carries 9,600 bit/s, on a console with
``--low-bandwidth``. Text that the officer types counts as keys; here it is a template, taken by one key.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from measure_thin_line import ThinTerminal

from desks import Bench, act_message, diffusion, notice_request
from dutydesk.desk.base.context import Actor
from dutydesk.desk.people.officers import os_user
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import make_store
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from other_process import OtherProcess, dated_now

OTHERS = 12
F2, F3, F5, SHIFT_TAB, RIGHT = "\x1bOQ", "\x1bOR", "\x1b[15~", "\x1b[Z", "\x1b[C"
_NAMES = {
    F2: "F2",
    F3: "F3",
    F5: "F5",
    SHIFT_TAB: "shift+tab",
    RIGHT: "right",
    "\r": "enter",
    "\t": "tab",
    " ": "space",
}
PERSON = {"family": "Quillabrand", "given": "Irzo"}


@dataclass(frozen=True)
class Press:
    """A key and what the screen shows once it has been acted on."""

    key: str
    shown: str
    gone: str = ""


async def _fill(bench: Bench) -> None:
    root = Actor(os_user(), os_user())
    await bench.desk.people.add_officer(root, Officer("Jonas", Role.OFFICER, "-", ("jonas",)))
    for place in range(OTHERS):
        await bench.sent(dated_now(diffusion(("DE", "FR", "PL", "IT")[place % 4])))
    refused = await bench.sent(dated_now(notice_request("BR", subject=_subject("PQ4410017"))))
    await bench.desk.review.claim(bench.actor("Jonas"), refused)
    wanted = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
    await bench.desk.review.decide(bench.actor("Jonas"), refused, wanted)
    message = dated_now(notice_request("BR", subject=_subject("PQ4410017"), urgency="flash"))
    await bench.sent(message)
    body = {name: value for name, value in message.items() if name not in ("type", "reference")}
    changed = {**body, **act_message("correction", "BR", of=message["reference"]), "text": "Another address is known."}
    await bench.sent(dated_now(changed))
    until = (bench.clock.now() + timedelta(days=300)).date().isoformat()
    await bench.sent({**dated_now(notice_request("DE", urgency="flash")), "retention_until": until})


def _subject(passport: str) -> dict[str, object]:
    subject: dict[str, object] = notice_request("BR")["subject"]
    papers = [{"type": "passport", "number": passport, "issuer": "BR"}]
    return {**subject, "name": PERSON, "identity_documents": papers}


def _until(screen: ThinTerminal, condition: Callable[[], bool], key: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"{key!r} never had its effect\n{screen.text}")
        screen.read(0.02)


def _journey(screen: ThinTerminal, name: str, presses: list[Press]) -> None:
    screen.quiet()
    screen.forget()
    begin = time.monotonic()
    for press in presses:
        screen.press(press.key)
        _until(screen, lambda press=press: _is_shown(screen, press), press.key)  # type: ignore[misc]
    sent = len(screen.sent)
    keys = _named("".join(f"{press.key}" for press in presses))
    print(f"  {name}: {len(keys)} keys ({' '.join(keys)}), {sent:,} bytes, {time.monotonic() - begin:.1f} s")


def _named(keys: str) -> list[str]:
    found = []
    while keys:
        sequence = next((one for one in _NAMES if keys.startswith(one)), keys[0])
        found.append(_NAMES.get(sequence, sequence))
        keys = keys[len(sequence) :]
    return found


def _is_shown(screen: ThinTerminal, press: Press) -> bool:
    return press.shown in screen.text and (not press.gone or press.gone not in screen.text)


def _release() -> list[Press]:
    ticks = [Press(" ", f"[x] {point}") for point in ("art_2", "art_3", "purpose", "accuracy")]
    return [
        Press("c", "root has D-"),
        Press("t", "Checklist of"),
        *ticks,
        Press(" ", "All points are ticked"),
        Press("d", "Decide D-", "Checklist of"),
        Press(F3, "Read with its findings"),
        Press(F2, "is released", "Decide D-"),
    ]


def _refusal() -> list[Press]:
    return [
        Press("c", "root has D-"),
        Press("d", "Decide D-"),
        Press(f"{SHIFT_TAB}{SHIFT_TAB}{RIGHT}", "(•) refuse"),
        Press(f"\t{RIGHT}", "(•) art_3"),
        Press(F3, "Reason       The"),
        Press(F2, "is refused", "Decide D-"),
    ]


def main(*, thin: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "desk.db"
        make_store(store, "exercise")
        OtherProcess(store)(_fill, founder=os_user())
        command = [sys.executable, "-m", "dutydesk", "--db", str(store), "console"]
        screen = ThinTerminal(store, (80, 24), [*command, "--low-bandwidth"] if thin else command)
        screen.shows("EXERCISE", "dispatching")
        screen.press("2")
        screen.shows("Findings")
        screen.quiet()
        screen.press("g")
        screen.quiet()
        screen.thin = thin
        print(f"journeys at 80x24, {'9,600 bit/s, --low-bandwidth' if thin else 'the usual console'}:")
        try:
            _journey(screen, "what a correction changed", [Press(F5, "Another address", "1 FEED")])
            _back(screen)
            file = [
                Press("F", "A person's file"),
                Press("j", "▌ "),
                Press("\r", "D-000013  × refused", "A person's file"),
            ]
            _journey(screen, "the same person's earlier refusal", file)
            screen.press("0")
            _back(screen)
            _journey(screen, "its refusal", _refusal())
            screen.press("g")
            _journey(screen, "a release", _release())
        finally:
            screen.close()


def _back(screen: ThinTerminal) -> None:
    screen.press("\x1b")
    _until(screen, lambda: "1 FEED" in screen.text, "esc")
    screen.quiet()


if __name__ == "__main__":
    main(thin="--thin" in sys.argv)

"""By command: what widens access takes two persons, and what is denied to a country is not shown to it."""

from __future__ import annotations

from boxes import Box
from desks import diffusion

NAME = "QUISTELBERG"


def test_an_allowance_is_proposed_and_another_person_confirms(box: Box) -> None:
    denied = box.ok("--as", "Ines", "restrict", "FR", "--deny", "PL", "--json").object()
    assert (denied["owner"], denied["state"], denied["restriction"]) == ("FR", "restricted", None)
    proposed = box.ok("--as", "Ines", "restrict", "FR", "--allow", "PL", "--json").object()
    assert {name: proposed[name] for name in ("owner", "state", "restriction", "revision")} == {
        "owner": "FR",
        "state": "proposed",
        "restriction": "R-0001",
        "revision": 0,
    }
    assert box.run("--as", "Ines", "confirm", "R-0001").code == 3
    assert box.run("--as", "Ruslana", "restrict", "UA", "--allow", "RU").code == 3
    assert box.run("--as", "Ruslana", "restrict", "RU", "--deny", "UA").code == 3
    assert box.run("--as", "Oskar", "dissent", "R-0001").code == 2
    alarms = [row["alarm"] for row in box.ok("--as", "Olga", "alarms", "--json").objects()]
    assert "restriction" in alarms
    done = box.ok("--as", "Oskar", "confirm", "R-0001", "--json").object()
    assert (done["owner"], done["state"], done["restriction"]) == ("FR", "restricted", "R-0001")
    assert box.run("--as", "Oskar", "confirm", "R-0001").code == 1
    assert box.run("--as", "Oskar", "confirm", "R-0009").code == 1
    assert box.run("--as", "Oskar", "confirm", "X-1").code == 2
    assert box.ok("audit", "verify", "--policy").code == 0


def test_the_same_command_gets_the_same_answer(box: Box) -> None:
    command = ("--as", "Ines", "restrict", "FR", "--allow", "PL", "--command-id", "c-1", "--json")
    assert box.ok(*command).object() == box.ok(*command).object()
    confirm = ("--as", "Oskar", "confirm", "R-0001", "--command-id", "c-2", "--json")
    assert box.ok(*confirm).object() == box.ok(*confirm).object()


def test_a_lift_of_who_may_no_longer_is_void_and_the_log_proves(box: Box) -> None:
    order = ("--order", "SG/1", "--by", "SG", "--reason", "the rules were broken")
    box.ok("--as", "Ines", "supervise", "RU", "held", *order)
    box.ok("--as", "Ines", "lift", "M-0001", "--order", "SG/2", "--by", "SG", "--reason", "over")
    box.ok("officers", "add", "Ines", "--role", "observer", "--country", "-")
    assert box.run("--as", "Oskar", "confirm", "M-0001").code == 1
    row = box.ok("--as", "Olga", "measures", "RU", "--json").object()
    assert (row["state"], row["proposed"]) == ("effective", None)
    assert box.ok("audit", "verify", "--policy").code == 0


def test_what_is_denied_to_a_country_is_not_shown_to_its_officers(box: Box) -> None:
    message = diffusion("FR", ("PL", "DE"), restricted_from=["RU"])
    message["subject"]["name"] = {"family": NAME, "given": "Tomas"}
    box.ok("submit", box.lines("in.jsonl", message))
    seen = box.ok("--as", "Ruslana", "show", "D-000001", "--json").object()
    assert (seen["body"], seen["withheld"]) == (None, True)
    everything = [
        box.ok("--as", "Ruslana", *words).out
        for words in (
            ("show", "D-000001"),
            ("why", "D-000001"),
            ("items",),
            ("items", "--json"),
            ("items", "--text", NAME),
            ("handover",),
        )
    ]
    assert not any(NAME in out.upper() for out in everything)
    assert box.ok("--as", "Ruslana", "items", "--text", NAME, "--json").objects() == []
    assert len(box.ok("--as", "Olga", "items", "--text", NAME, "--json").objects()) == 1
    assert box.run("--as", "Ruslana", "export", "D-000001", str(box.folder / "out.jsonl")).code == 3
    assert not (box.folder / "out.jsonl").exists()
    asked = ("check", "--requester", "PL", "--database", "nominal", "--name", f"Tomas {NAME}", "--json")
    assert box.ok("--as", "Ruslana", *asked).out.strip() == '{"result": "no_record", "hits": []}'
    settings = box.folder / "desk.toml"
    settings.write_text("country_officers_read_denied = true\n")
    settings.chmod(0o600)
    assert box.ok("--as", "Ruslana", "show", "D-000001", "--json").object()["body"] is not None

"""Settings for the state machine: no example database, and no shrinking, because each attempt costs a desk."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, Verbosity, settings
from model_walks import SETTINGS, WALKS
from model_world import World


def walk_through() -> Counter[str]:
    """Runs all walks, each on a desk of its own. Returns how often each row of the table was used."""
    reached: Counter[str] = Counter()
    for walk in WALKS:
        world = World(SETTINGS.get(walk.__name__, ""))
        walk(world)
        world.close()
        reached.update(world.law.reached)
    return reached


def machine_settings(machines: int, steps: int, *, shrink: bool = False) -> settings:
    return settings(
        max_examples=machines,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
    )

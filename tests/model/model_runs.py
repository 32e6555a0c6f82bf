"""How the state machine is run: without a database on disk, and without minimising, which costs a desk each time."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, Verbosity, settings


def quiet(machines: int, steps: int, *, derandomize: bool = False, shrink: bool = False) -> settings:
    return settings(
        max_examples=machines,
        stateful_step_count=steps,
        derandomize=derandomize,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
    )

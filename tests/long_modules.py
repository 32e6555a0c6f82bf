"""Modules whose tests are long as a whole: the plain suite leaves them out, and ``.ci/run`` runs them after it.

The plain suite is to end within seven minutes on two cores. It has every rule, every use case, every command, and a
module for each kind of screen; a module is here because its kind is also shown by one that is not.
"""

from __future__ import annotations

_CONSOLE = "a console of its own for each test"
_TERMINAL = "a console in a terminal for each test"
_DEMO = "a demo is played for each test"
_PROCESSES = "processes that work side by side"

#: Paths below ``tests``, each with the reason.
LONG_MODULES = {
    "demo/test_demo.py": _DEMO,
    "demo/test_recording.py": _DEMO,
    "desk/intake/test_readers.py": _PROCESSES,
    "domain/proof/test_demo_log.py": _DEMO,
    "engines/test_same_desk.py": "the shift is worked on two engines",
    "failover/test_boxes.py": "boxes, and a cluster with a standby",
    "ssh/test_over_ssh.py": _TERMINAL,
    "store/engine/test_processes.py": _PROCESSES,
    "tui/dialogs/test_confirm_shows_the_proposal.py": _CONSOLE,
    "tui/dialogs/test_open_dialogs.py": _CONSOLE,
    "tui/dialogs/test_typed_on_choice.py": _CONSOLE,
    "tui/difference/test_difference.py": _CONSOLE,
    "tui/feed/test_hits_in_the_feed.py": _CONSOLE,
    "tui/feed/test_quick_keys.py": _CONSOLE,
    "tui/feed/test_range_marks.py": _CONSOLE,
    "tui/figures/test_figures_screen.py": _CONSOLE,
    "tui/frame/test_bytes.py": _TERMINAL,
    "tui/frame/test_cell_differences.py": _TERMINAL,
    "tui/frame/test_colour_depths.py": _TERMINAL,
    "tui/frame/test_hands_bytes.py": _TERMINAL,
    "tui/frame/test_in_tmux.py": _TERMINAL,
    "tui/frame/test_lost_terminal.py": _TERMINAL,
    "tui/frame/test_mouse.py": _TERMINAL,
    "tui/frame/test_pane_sizes.py": _CONSOLE,
    "tui/frame/test_panes.py": _CONSOLE,
    "tui/frame/test_partial_paint.py": _CONSOLE,
    "tui/frame/test_repaint.py": _CONSOLE,
    "tui/frame/test_right_to_left.py": _CONSOLE,
    "tui/frame/test_type_ahead.py": _TERMINAL,
    "tui/item/test_answers.py": _CONSOLE,
    "tui/item/test_console_alone.py": _CONSOLE,
    "tui/person/test_person_bytes.py": _TERMINAL,
    "tui/personal/test_list_look.py": _CONSOLE,
    "tui/personal/test_own_settings.py": _CONSOLE,
    "tui/review/test_second_acts.py": _CONSOLE,
    "tui/test_night_shift.py": _CONSOLE,
    "tui/test_pictures_in_languages.py": _CONSOLE,
    "tui/tour/test_tour.py": _CONSOLE,
    "tui/wall/test_wall_bytes.py": _TERMINAL,
    "tui/widgets/test_scripts.py": _TERMINAL,
}

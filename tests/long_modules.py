"""Modules whose tests are long as a whole: the plain suite leaves them out, and ``.ci/run`` runs most of them after it.

The plain suite is to end within seven minutes on two cores. It has every rule and every use case, each command that
needs no server, and every screen as a picture at 80x24; a module is here because its kind is also shown by one that is
not.
"""

from __future__ import annotations

_COMMANDS = "processes for each test"
_CONSOLE = "a console of its own for each test"
_TERMINAL = "a console in a terminal for each test"
_DEMO = "a demo is played for each test"
_SERVER = "servers that are started and stopped"
_PROCESSES = "processes that work side by side"

#: Paths below ``tests``, each with the reason.
LONG_MODULES = {
    "cli/test_backtest_cli.py": _COMMANDS,
    "cli/test_carry.py": _COMMANDS,
    "cli/test_checkpoints_on_cluster.py": _COMMANDS,
    "cli/test_damaged_stores.py": _COMMANDS,
    "cli/test_dispatch_reports.py": _COMMANDS,
    "cli/test_doctor_on_cluster.py": _COMMANDS,
    "cli/test_long_running_commands.py": _COMMANDS,
    "cli/test_nats_cli.py": _COMMANDS,
    "cli/test_own_rules.py": _COMMANDS,
    "cli/test_rules_cli.py": _COMMANDS,
    "cli/test_two_dispatchers.py": _COMMANDS,
    "crash/test_company.py": _PROCESSES,
    "demo/test_tour_script.py": _DEMO,
    "desk/audit/test_state_walk.py": "each column of each table is edited",
    "desk/checks/test_checks_by_model.py": "hundreds of persons are compared by two ways",
    "desk/intake/test_readers.py": _PROCESSES,
    "desk/intake/test_receipts.py": _PROCESSES,
    "desk/matching/test_watch_search.py": _PROCESSES,
    "dispatch/nats/test_nats_forgeries.py": _SERVER,
    "dispatch/nats/test_nats_inbox.py": _SERVER,
    "dispatch/test_backup_at_work.py": _PROCESSES,
    "dispatch/test_crash.py": _PROCESSES,
    "dispatch/test_dispatcher_processes.py": _PROCESSES,
    "dispatch/test_late_lock.py": _SERVER,
    "dispatch/test_route_dispatchers.py": _SERVER,
    "domain/proof/test_demo_log.py": _DEMO,
    "engines/test_queries_on_both.py": "every query on two engines",
    "engines/test_same_desk.py": "the shift is worked on two engines",
    "failover/test_boxes.py": "boxes, and a cluster with a standby",
    "far/test_far.py": _SERVER,
    "ssh/test_over_ssh.py": _TERMINAL,
    "store/engine/test_processes.py": _PROCESSES,
    "store/migrations/test_upgrades.py": "a store of each release is upgraded",
    "tui/difference/test_difference.py": _CONSOLE,
    "tui/feed/test_flood.py": _CONSOLE,
    "tui/feed/test_hits_in_the_feed.py": _CONSOLE,
    "tui/feed/test_range_marks.py": _CONSOLE,
    "tui/figures/test_figures_screen.py": _CONSOLE,
    "tui/frame/test_bytes.py": _TERMINAL,
    "tui/frame/test_cell_differences.py": _TERMINAL,
    "tui/frame/test_colour_depths.py": _TERMINAL,
    "tui/frame/test_footer.py": _CONSOLE,
    "tui/frame/test_hands_bytes.py": _TERMINAL,
    "tui/frame/test_in_tmux.py": _TERMINAL,
    "tui/frame/test_lost_terminal.py": _TERMINAL,
    "tui/frame/test_mouse.py": _TERMINAL,
    "tui/frame/test_own_keys.py": _CONSOLE,
    "tui/frame/test_palette.py": _CONSOLE,
    "tui/frame/test_pane_sizes.py": _CONSOLE,
    "tui/frame/test_panes.py": _CONSOLE,
    "tui/frame/test_partial_paint.py": _CONSOLE,
    "tui/frame/test_repaint.py": _CONSOLE,
    "tui/frame/test_right_to_left.py": _CONSOLE,
    "tui/frame/test_troubles.py": _CONSOLE,
    "tui/frame/test_type_ahead.py": _TERMINAL,
    "tui/help/test_explained.py": _CONSOLE,
    "tui/item/test_answers.py": _CONSOLE,
    "tui/item/test_console_alone.py": _CONSOLE,
    "tui/person/test_person_bytes.py": _TERMINAL,
    "tui/person/test_person_screen.py": _CONSOLE,
    "tui/personal/test_list_look.py": _CONSOLE,
    "tui/personal/test_own_language.py": _CONSOLE,
    "tui/personal/test_own_work.py": _CONSOLE,
    "tui/review/test_second_acts.py": _CONSOLE,
    "tui/review/test_widening_by_keys.py": _CONSOLE,
    "tui/shift/test_shift.py": _CONSOLE,
    "tui/wall/test_wall_bytes.py": _TERMINAL,
    "tui/wall/test_wall_screen.py": _CONSOLE,
    "tui/widgets/test_scripts.py": _TERMINAL,
    "tui/widgets/test_sight.py": _CONSOLE,
}
#: Paths of modules that CI leaves out, too: ``pytest -m exhaustive`` runs them.
EXHAUSTIVE_MODULES = {
    "cli/test_special_files.py": _COMMANDS,
    "demo/test_after_release_in_the_demo.py": _DEMO,
    "demo/test_demo.py": _DEMO,
    "demo/test_recording.py": "a console plays the whole tour",
    "engines/test_bench_of_engines.py": "the benchmark itself",
    "tui/dialogs/test_confirm_shows_the_proposal.py": _CONSOLE,
    "tui/dialogs/test_open_dialogs.py": _CONSOLE,
    "tui/dialogs/test_typed_on_choice.py": "the same keys in each dialog",
    "tui/feed/test_quick_keys.py": _CONSOLE,
    "tui/personal/test_own_settings.py": _CONSOLE,
    "tui/test_night_shift.py": _CONSOLE,
    "tui/test_pictures_in_languages.py": "every screen in another language",
    "tui/tour/test_tour.py": _CONSOLE,
}

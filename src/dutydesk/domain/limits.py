"""What is tuned: how much at once, how long, how often, how large.

A limit changes speed, memory and waiting times, never what the desk decides, sends or records. Formats, limits of the
wire and thresholds of rules are constants of the modules that use them.

Every part of the program takes its limits when it is made and has these defaults; tests hand in others. The defaults
are measured on two cores and one SSD.
"""

from __future__ import annotations

from dataclasses import field
from datetime import timedelta
from typing import Final

from dutydesk.domain.frozen import value

_MIB: Final = 1024 * 1024


@value(frozen=True, slots=True, kw_only=True)
class StoreLimits:
    """The engines: group commits, locks between processes, SQLite's write-ahead log (WAL), copies, caches, and the
    sessions on a PostgreSQL cluster.
    """

    #: Jobs that one transaction commits together: more share one fsync, fewer wait less for each other.
    batch_jobs: int = 128
    #: Intake's jobs in one transaction for ``brief_seconds`` after an officer waited, so that the next waits less.
    brief_batch_jobs: int = 16
    brief_seconds: float = 2.0
    #: Batches of officers' acts that intake waits for before it gets a turn of its own.
    officer_batches: int = 8
    #: Seconds that a batch of intake may take before it ends early for an officer who waits.
    intake_seconds: float = 0.001
    #: Seconds from one look for an officer who waits to the next: a look takes two calls of the system.
    officer_look_seconds: float = 0.0005
    #: Rows of one query that a transaction holds back and writes together, for inserts and for updates.
    deferred_inserts: int = 256
    deferred_updates: int = 32
    #: The same for inserts on an engine that writes them while the process goes on: the commit then waits for fewer.
    inserts_sent_meanwhile: int = 32
    #: The same while batches are brief: an officer waits while these rows are written.
    brief_deferred_inserts: int = 16
    brief_deferred_updates: int = 16

    #: Seconds between two tries to take a lock: short, because SQLite's own waiting lets others overtake.
    lock_retry_seconds: float = 0.0005
    #: Seconds that intake, a checkpoint or a read lets officers of any process go first, at most.
    yield_seconds: float = 0.025
    #: Seconds between two polls of a read that lets officers go first.
    read_poll_seconds: float = 0.001
    #: Seconds that a checkpoint keeps new commits out while it waits for running ones, before it gives up.
    drain_seconds: float = 0.05
    #: Seconds that a commit waits for other processes before it fails.
    busy_seconds: float = 60.0
    #: Seconds that opening and reading wait for a process that opens, closes or repairs the WAL.
    open_seconds: float = 10.0

    #: Milliseconds that a checkpoint waits for readers of old pages. Officers wait meanwhile, and it is tried again.
    checkpoint_reader_ms: int = 1
    #: The same once the WAL is longer than ``long_wal_bytes``: then its length costs more than the wait.
    long_wal_reader_ms: int = 20
    #: Bytes of WAL above which a checkpoint also truncates the file.
    long_wal_bytes: int = 24 * _MIB
    #: Steps of SQLite's machine between two looks for officers while the full text is compared, some milliseconds.
    full_text_steps: int = 100_000
    #: How often the comparison of the full text with its rows begins anew after an officer came between.
    full_text_tries: int = 5
    #: Bytes of a store that a purge writes anew at once, about a second for each 100 MiB, while officers wait.
    rewritten_bytes: int = 256 * _MIB
    #: Bytes of WAL above which a dispatching process checkpoints right after an officer's commit, when few follow.
    after_officer_wal_bytes: int = 6 * _MIB
    #: Bytes of WAL above which a writer checkpoints although no process dispatches; a dispatcher keeps it far below.
    unowned_wal_bytes: int = 16 * _MIB
    #: Bytes that the WAL grows before a checkpoint that a reader blocked is tried again.
    wal_retry_bytes: int = 4 * _MIB

    #: On a cluster: seconds that opening one session may take, and that a line may take to confirm what was sent.
    connect_seconds: float = 3.0
    silent_line_seconds: float = 5.0
    #: Seconds for which a lost line is opened again, and how often a transaction runs again that a lost line has ended.
    reconnect_seconds: float = 30.0
    lost_line_tries: int = 4
    #: Seconds that a transaction may stand still before the cluster ends it: others wait for its lock meanwhile.
    idle_transaction_seconds: float = 2.0
    #: Seconds between two tries of intake to take the chain's lock, and for which it only tries.
    chain_retry_seconds: float = 0.0007
    chain_try_seconds: float = 1.0
    #: Seconds that a transaction which works before its turn waits for a row that another one changes, before it gives
    #: up; and for which its process works in its turn only after an officer came between, and after another box did.
    late_lock_wait_seconds: float = 0.02
    late_lock_pause_seconds: float = 2.0
    late_lock_box_pause_seconds: float = 30.0
    #: Seconds between two looks of intake for officers of other boxes: a look is a round trip.
    far_officer_look_seconds: float = 0.005
    #: The same in times of what the last look took: slow looks must not take most of the time of a transaction.
    far_officer_look_times: float = 8.0
    #: Seconds by which a box's clock may differ from the primary's, so that those of two boxes may by twice as much.
    clock_seconds: float = 1.0
    #: Milliseconds of a round trip above which a box does not write: everybody would wait for its transactions.
    far_ms: float = 5.0
    #: Seconds between two times at which a process writes into the box's home how far it has seen the log.
    last_seen_seconds: float = 1.0
    #: Seconds until ``init`` says that it waits for a standby, for which it waits, and until others say that they do.
    standby_notice_seconds: float = 2.0
    standby_seconds: float = 60.0
    unconfirmed_seconds: float = 4.0
    #: What ``doctor`` takes for too much: seconds that a transaction is open, and bytes of the WAL that a slot keeps.
    open_transaction_seconds: float = 300.0
    slot_bytes: int = 8 * 1024 * _MIB
    #: Seconds for which a dispatcher's term on a cluster holds without being renewed, and between two renewals.
    term_seconds: float = 3.0
    term_renewal_seconds: float = 0.75

    #: Items that are filed together, and while an officer waited lately: some milliseconds of work.
    filed_items: int = 256
    brief_filed_items: int = 96
    #: Items that wait to be filed, from which on intake files some itself, and from which on also while officers wait.
    unfiled_items: int = 2_000
    most_unfiled: int = 4_000

    #: Tiles of the tree, of 256 events each, that one transaction writes, and while an officer waited lately.
    grown_tiles: int = 32
    brief_grown_tiles: int = 4

    #: Pages that one step of a backup copies; between steps others get the disk.
    backup_step_pages: int = 256
    #: Bytes of a copy after which it is synced, so that the last sync does not stall the disk.
    backup_sync_bytes: int = 8 * _MIB
    #: Name skeletons that a connection remembers as indexed: some ten megabytes.
    known_skeletons: int = 100_000
    #: Items whose events one query reads while all bodies are compared with the log, so that memory stays small.
    walked_items: int = 256


@value(frozen=True, slots=True, kw_only=True)
class DeliveryLimits:
    """Leases and what comes of them."""

    #: Items that intake may have leased directly and that are not acknowledged; a new measure can't stop these.
    direct_leases: int = 512
    #: Seconds after which a direct lease is returned to the queue, so that the rules are read again.
    stale_lease_seconds: float = 2.0
    #: Items whose rows a lease reads together; also a whole lease while an officer waited lately.
    items_per_read: int = 16
    #: Delivery rows that one acknowledgement marks before an officer's commit may come in between.
    rows_per_acknowledgement: int = 200
    #: How long a delivery to an unreachable bureau is put off; it ends early when the bureau is reachable again.
    unreachable_delay: timedelta = timedelta(seconds=30)


@value(frozen=True, slots=True, kw_only=True)
class DispatchLimits:
    """The dispatcher and the spool."""

    #: Items in one lease: one segment per bureau and one sync for all of them.
    lease_items: int = 256
    #: Seconds that a transport has for one batch or one question before the batch counts as failed.
    transport_seconds: float = 60.0
    #: Seconds between two tries to take the dispatcher's lock while another process holds it.
    lock_seconds: float = 0.25
    #: Seconds that a process which closes the store may hold that lock before this one reports that it stands by.
    short_lock_seconds: float = 0.1
    #: Seconds that ``dispatch --restored`` waits for another process to release the dispatcher's lock.
    restore_lock_seconds: float = 1.0
    #: Seconds between two polls whether a copy has been accepted as the original.
    copy_check_seconds: float = 1.0
    #: Seconds between two polls for commits of other processes while nothing is due.
    poll_seconds: float = 0.1
    #: Seconds without a lease at most: measures and deadlines that come due by time alone take effect in a lease.
    idle_seconds: float = 30.0
    #: Seconds between two polls of a bureau that can't be reached.
    reachability_seconds: float = 1.0
    #: Bytes of WAL above which the dispatcher checkpoints. Nobody can write meanwhile; fewer, longer ones cost less.
    wal_bytes: int = 12 * _MIB
    #: Seconds between two polls of the WAL's size.
    wal_check_seconds: float = 0.05
    #: Seconds between two rounds in which what was taken in is filed.
    filing_seconds: float = 1.0
    #: Seconds between two rounds in which the tree over the log grows and checkpoints fall due.
    tree_seconds: float = 5.0
    #: How long after a checkpoint the next one is due, where the settings say ``checkpoint_hourly``.
    checkpoint_every: timedelta = timedelta(hours=1)
    #: Seconds that a witness has for an answer.
    witness_seconds: float = 10.0
    #: Seconds between two looks whether a box dispatches for each route; a take-over is done within them.
    route_check_seconds: float = 10.0
    #: Seconds before the first retry of a failed step, and at most between later ones; each wait doubles.
    first_backoff_seconds: float = 0.25
    max_backoff_seconds: float = 30.0
    #: Retries of a failed step once the dispatcher was told to stop.
    tries_after_stop: int = 3
    #: A bureau's newest segments that are read to find out what an interrupted dispatcher delivered.
    segments_read: int = 4
    #: Bytes that must fit on the disk before an outbox that failed is used again.
    probe_bytes: int = _MIB
    #: Seconds before a bureau's folder that could not be written is tried again.
    folder_retry_seconds: float = 1.0


@value(frozen=True, slots=True, kw_only=True)
class InboxLimits:
    """Intake from files and other sources."""

    #: Messages on their way into the store at once: two batches of its writer.
    in_flight: int = 256
    #: Small files, and lines of a large file, that one step of the reading thread reads.
    files_per_read: int = 64
    lines_per_read: int = 64
    #: Seconds between two scans of the inbox when no notification says that a file has arrived.
    poll_seconds: float = 1.0
    #: Seconds before a file that could not be read is tried again.
    postpone_seconds: float = 60.0


@value(frozen=True, slots=True, kw_only=True)
class NatsLimits:
    """A NATS server with JetStream: connections, deliveries in flight, and the messages that a bureau sends."""

    #: Seconds for one try to connect, and between two tries while the server can't be used.
    connect_seconds: float = 5.0
    retry_seconds: float = 0.5
    #: Seconds that the server has for one answer; a line without an answer is looked up before anything else is sent.
    answer_seconds: float = 10.0
    #: Seconds between two signs of life; after two without an answer the connection is given up.
    ping_seconds: float = 5.0
    #: Seconds before a line without an answer is looked up, so that what the server has read by then is counted.
    settle_seconds: float = 0.5
    #: Lines, and bytes of lines, on their way to the server at once.
    lines_in_flight: int = 1_000
    bytes_in_flight: int = 8 * _MIB
    #: Look-ups by subject on their way at once.
    look_ups: int = 32
    #: Bytes that must fit into the stream before a server that was full is used again.
    room_bytes: int = _MIB
    #: Seconds before a message that is not acknowledged comes again, and how often it is kept from that meanwhile.
    ack_wait_seconds: float = 30.0
    progress_seconds: float = 10.0
    #: Messages that one step takes, and seconds that a request for them waits at the server.
    messages_per_fetch: int = 256
    fetch_seconds: float = 0.1
    #: Seconds between two requests while no message comes, and before a message that was given back comes again.
    poll_seconds: float = 0.1
    give_back_seconds: float = 1.0


@value(frozen=True, slots=True, kw_only=True)
class BatchLimits:
    """Long jobs of the desk, cut into transactions that an officer's commit can come in between."""

    #: Items that one read of a backtest examines.
    backtested_items: int = 100
    #: Rows of an imported file in one transaction.
    import_rows: int = 500
    #: Bytes of an imported file that are read at once to compute its hash.
    import_read_bytes: int = _MIB
    #: Bytes of a file of entities that are sorted into one temporary file, which is later held in memory as a whole,
    #: and how many such files are open at once, so that a larger file needs more memory instead.
    entity_part_bytes: int = 8 * _MIB
    entity_parts: int = 128
    #: Items whose bodies one transaction purges.
    purged_items: int = 1_000
    #: Items of an older store that one transaction files as records.
    backfilled_items: int = 500
    #: Events up to which a backup also proves its deliveries, which takes some seconds.
    proved_events: int = 100_000


@value(frozen=True, slots=True, kw_only=True)
class MemoryLimits:
    """What a process remembers to save work; it starts over when a limit is reached."""

    #: Neighbours of name skeletons: some twenty megabytes.
    known_neighbours: int = 400_000
    #: Bytes of the bits that tell which keys no record is filed under: a million records take eight megabytes. They are
    #: loaded after as many searches as the watch list.
    known_key_bytes: int = 32 * _MIB
    #: Words of messages and the entries of the word lists that begin in them.
    known_words: int = 20_000
    #: Searches of the watch list that a process makes in the store before the list is loaded. A command that takes in a
    #: few messages does without.
    unloaded_searches: int = 64
    #: A list with higher numbers than this is loaded by a process of its own: 100,000 persons take that one some ten
    #: seconds and fifty megabytes.
    watched_in_memory: int = 1_000
    #: How long the writing thread, behind which officers may wait, waits for a companion process, and for one that
    #: reads ahead: to read a message takes less than that. One that says nothing for so long since then is ended.
    companion_answer_seconds: float = 0.02
    reader_answer_seconds: float = 0.004
    companion_late_seconds: float = 30.0
    #: Companions that read messages ahead, if there are so many processor cores more than one.
    readers: int = 3
    #: From how many messages at the same time on they are used: a single one would only wait for a pipe. And after how
    #: many such messages they are started.
    read_ahead_from: int = 16
    read_before_readers: int = 128


@value(frozen=True, slots=True, kw_only=True)
class ViewLimits:
    """How much one read of a screen or a command takes from the store."""

    #: Reads of an item that its view lists, the newest of them.
    item_reads: int = 100
    #: Items per page of a dry run, which goes through a country's last 30 days.
    dry_run_page: int = 500
    #: Records that a person's file compares; items, records and entries that it shows; and hits of them.
    person_compared: int = 200
    person_subjects: int = 60
    person_hits: int = 60
    #: Bodies of each kind that a process compares with the log in its first round, and in all in each later one.
    first_compared_bodies: int = 100
    next_compared_bodies: int = 32


@value(frozen=True, slots=True, kw_only=True)
class ConsoleLimits:
    """The console: its window on the feed, its pace and its waiting times."""

    #: Rows per page of the feed, and pages that one read goes through to find rows that a filter accepts.
    feed_page: int = 500
    feed_pages: int = 8
    #: Rows that the feed holds; older ones are read again when the officer scrolls to them.
    feed_rows: int = 2_000
    #: Rows that the feed may hold beyond that on a slow line, so that it is not repainted for each new row.
    slow_line_extra_rows: int = 200
    #: Changes in one poll above which a feed that follows the newest shows only ``flood_rows`` rows.
    flood_changes: int = 200
    flood_rows: int = 100
    #: Changes in one poll above which they are read as a page instead of one by one.
    single_reads: int = 4_000
    #: Rows of the review queue.
    queue_rows: int = 200
    #: Seconds that the cursor rests on a row before its details are read.
    detail_delay_seconds: float = 0.12
    #: Seconds that an item is seen in the review pane before that counts as a read.
    read_seconds: float = 2.0
    #: Seconds after the start at which the word lists are read for the first decision: the screen is painted by then.
    rules_delay_seconds: float = 1.0
    #: Seconds that a message stays in the status line, and seconds from which a key takes it away earlier.
    message_seconds: float = 10.0
    message_least_seconds: float = 1.0
    #: Seconds after ctrl+z in which keys are dropped: the officer types for a shell that is not there.
    shell_pause_seconds: float = 1.0
    #: Seconds between two reads of the figures, however much comes in.
    figures_seconds: float = 2.0
    #: Events in one read of the change feed.
    events_per_read: int = 500
    #: Seconds that a key waits, at most, for what the key before it has opened.
    settle_seconds: float = 10.0


@value(frozen=True, slots=True, kw_only=True)
class CommandLimits:
    """The command line."""

    #: Bytes of one log file, and how many files are kept, the current one included.
    log_bytes: int = 1_000_000
    log_files: int = 5
    #: Submitted messages whose receipts are not printed yet, and lines of a file that one step reads.
    pending_receipts: int = 256
    lines_per_read: int = 64
    #: Items per page of a list that is printed as it is read, and events per page of the line mode.
    page_rows: int = 500
    #: Seconds between two polls of the line mode for new items and changes.
    line_mode_seconds: float = 0.25
    #: Seconds within which a trouble of the dispatcher is reported.
    report_seconds: float = 0.25


@value(frozen=True, slots=True, kw_only=True)
class HealthLimits:
    """What a dispatcher reports of itself and of the desk: metrics, lines of the journal, alarms."""

    #: Connections to the metrics at once, bytes of a request, and seconds for one from its beginning to its end: a
    #: client that is slow, large or numerous is shut out.
    metrics_connections: int = 16
    metrics_request_bytes: int = 8_192
    metrics_seconds: float = 5.0
    #: Seconds for which figures of the store are given again, and seconds that a request waits for new ones.
    figures_seconds: float = 1.0
    figures_wait_seconds: float = 3.0
    #: Seconds between two looks whether the feed has new events.
    feed_seconds: float = 0.25
    #: Events in one read, for the journal.
    events_per_read: int = 500
    #: Seconds between two lines of the journal that sum up the traffic.
    summary_seconds: float = 60.0
    #: Seconds between two looks for new alarms, and between two for troubles of the dispatcher.
    alarm_seconds: float = 5.0
    trouble_seconds: float = 0.25
    #: Seconds from one run of the alarm command to the next for the same code; the alarms between are counted.
    alarm_pause_seconds: float = 60.0
    #: Seconds that the alarm command has before it is ended.
    alarm_command_seconds: float = 30.0
    #: Bytes of an alarm's text for the command: less than a pipe holds, so that one that reads nothing keeps nobody.
    alarm_text_bytes: int = 16_384
    #: Heartbeats in the time that the service manager allows from one to the next.
    heartbeats: int = 8


@value(frozen=True, slots=True, kw_only=True)
class Limits:
    """All limits of one process, by the part that uses them."""

    store: StoreLimits = field(default_factory=StoreLimits)
    delivery: DeliveryLimits = field(default_factory=DeliveryLimits)
    dispatch: DispatchLimits = field(default_factory=DispatchLimits)
    inbox: InboxLimits = field(default_factory=InboxLimits)
    nats: NatsLimits = field(default_factory=NatsLimits)
    batches: BatchLimits = field(default_factory=BatchLimits)
    memory: MemoryLimits = field(default_factory=MemoryLimits)
    views: ViewLimits = field(default_factory=ViewLimits)
    console: ConsoleLimits = field(default_factory=ConsoleLimits)
    commands: CommandLimits = field(default_factory=CommandLimits)
    health: HealthLimits = field(default_factory=HealthLimits)


DEFAULT_LIMITS: Final = Limits()

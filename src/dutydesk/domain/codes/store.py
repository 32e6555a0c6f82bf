"""The codes of :class:`~dutydesk.domain.errors.StoreUnusable`."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class StoreCode(Code):
    """The store can't be used."""

    # Opening a store
    STORE_MISSING = "store_missing", "There is no store at this path.", "Make one with init, or name another path."
    STORE_EXISTS = "store_exists", "A file with this name exists.", "Name another path, or use that store."
    STORE_NOT_CREATABLE = (
        "store_not_creatable",
        "No store can be made at this path.",
        "Mend what the text names, or name another path.",
    )
    STORE_UNREACHABLE = (
        "store_unreachable",
        "The path of the store can't be reached.",
        "Mend what the text names, or name another path.",
    )
    STORE_IS_LINK = (
        "store_is_link",
        "The store, or a file next to it, is a symbolic link.",
        "Name the store file itself; remove a link next to it.",
    )
    STORE_IS_NO_FILE = (
        "store_is_no_file",
        "The store, or what is next to it, is no file.",
        "Name the store file; remove what is next to it.",
    )
    STORE_ON_READ_ONLY_DISK = (
        "store_on_read_only_disk",
        "The store is on a read-only file system.",
        "Mount it for writing, or copy the store elsewhere.",
    )
    STORE_NO_ACCESS = (
        "store_no_access",
        "This user may not read or write the store.",
        "Ask an administrator for access.",
    )
    STORE_EXPOSED = "store_exposed", "Everyone on the machine can open the store.", "Run the chmod that the text names."
    STORE_EMPTY = "store_empty", "The file is empty.", "Remove it and run init, or name another file."
    NOT_A_STORE = (
        "not_a_store",
        "The file is no store of dutydesk, or its start is damaged.",
        "Name another file, or put a backup in its place.",
    )
    STORE_OF_ANOTHER_PROGRAM = (
        "store_of_another_program",
        "The file is another program's database.",
        "Name a store of dutydesk.",
    )
    STORE_NEWER = "store_newer", "A newer dutydesk made the store.", "Update dutydesk."
    STORE_HALF_MADE = (
        "store_half_made",
        "The store was left half made.",
        "Move it away, then run init again or put a backup in its place.",
    )
    STORE_IS_URL = (
        "store_is_url",
        "The URL is of no database that a store can be in.",
        "Give a path or a postgresql:// URL to --db.",
    )
    HOME_UNUSABLE = (
        "home_unusable",
        "The folder for this box's own files can't be used.",
        "Mend what the text names, or name another folder with --home.",
    )
    DRIVER_MISSING = (
        "driver_missing",
        "What the store's engine needs is not installed.",
        "Install the extra that the text names.",
    )
    CLUSTER_UNREACHABLE = (
        "cluster_unreachable",
        "The database can't be reached.",
        "Look after the cluster and the line to it, or correct the URL.",
    )
    DATABASE_MISSING = (
        "database_missing",
        "The cluster has no such database.",
        "Make it with createdb and its store with init, or correct the URL.",
    )
    ROLE_MISSING = (
        "role_missing",
        "The cluster has no role of that name.",
        "Make it with createuser, or name another one in the URL.",
    )
    PASSWORD_REFUSED = (
        "password_refused",
        "The cluster does not take the password, or got none.",
        "Put the right one into the file that PGPASSFILE names.",
    )
    CERTIFICATE_REFUSED = (
        "certificate_refused",
        "The server of the cluster does not prove that it is the one that the URL names.",
        "Put its certificate's authority into the file that sslrootcert names, and name it as its certificate does.",
    )
    LOGIN_REFUSED = (
        "login_refused",
        "The cluster does not let this role in from this box.",
        "Allow it in pg_hba.conf and by the rights of the role.",
    )
    CLUSTER_NOT_READY = (
        "cluster_not_ready",
        "The cluster is starting or stopping; nothing was changed.",
        "Try again once it answers.",
    )
    CLUSTER_FULL = (
        "cluster_full",
        "The cluster takes no more sessions; nothing was changed.",
        "End some, or raise the limit that the text names.",
    )
    PRIMARY_MISSING = (
        "primary_missing",
        "No server that the URL names can be written to.",
        "Promote a standby, or name the primary as well.",
    )
    CLUSTER_UNSUITABLE = (
        "cluster_unsuitable",
        "The cluster or its database is not as the desk needs it.",
        "Change what the text names.",
    )
    CLUSTER_UNSAFE = (
        "cluster_unsafe",
        "The cluster may lose what it has confirmed, or the line to it is open.",
        "Change the setting that the text names.",
    )
    STANDBY_SILENT = (
        "standby_silent",
        "No synchronous standby has confirmed the new store.",
        "Start one, or leave synchronous_standby_names out until one streams; then run init again.",
    )
    STORE_TOO_FAR = (
        "store_too_far",
        "This box is too far from the database to write to it.",
        "Work by SSH on a box near the database.",
    )
    STORE_NOT_OPENABLE = (
        "store_not_openable",
        "The files of the store can't be opened.",
        "Look whether they are still there; run doctor.",
    )
    BINDING_MISSING = (
        "binding_missing",
        "The binding to SQLite that DUTYDESK_SQLITE names is not there.",
        "Set DUTYDESK_SQLITE to sqlite3, or leave it out.",
    )
    UPGRADE_BLOCKED = (
        "upgrade_blocked",
        "Another process keeps the store from being brought up to date.",
        "End every other dutydesk and try again.",
    )
    UPGRADE_FAILED = (
        "upgrade_failed",
        "The store could not be brought up to date; it is unchanged.",
        "Mend what the text names and try again, or use the release that made it.",
    )

    # While it is open
    DISK_FULL = "disk_full", "The disk of the store is full; nothing was changed.", "Free some space and try again."
    DISK_FAILING = (
        "disk_failing",
        "The disk of the store fails; nothing was changed.",
        "Check the disk and start again.",
    )
    STORE_NOT_WRITABLE = (
        "store_not_writable",
        "The store can't be written by this user; nothing was changed.",
        "Ask for access to it.",
    )
    STORE_LOCKED = (
        "store_locked",
        "Another process keeps the store locked; nothing was changed.",
        "End that process and try again.",
    )
    STORE_DAMAGED = (
        "store_damaged",
        "The store is damaged; nothing was changed.",
        "Run doctor; put a backup in its place.",
    )
    STORE_REMOVED = (
        "store_removed",
        "The store was removed while it was open; nothing was written.",
        "Put it back, or start dutydesk again.",
    )
    STORE_REPLACED = (
        "store_replaced",
        "The store was replaced while it was open; nothing was written.",
        "Start dutydesk again.",
    )
    STORE_OLDER = (
        "store_older",
        "The server has an older state of the store than this box has seen; nothing was written.",
        "Stop an old primary; where it was restored on purpose, remove the file that the text names.",
    )
    STORE_UPGRADED = (
        "store_upgraded",
        "A newer release brought the store up to date while it was open.",
        "Update dutydesk and start it again.",
    )
    LINE_LOST = (
        "line_lost",
        "The line to the database was lost; nothing was changed.",
        "Try again; look after the cluster and the line to it.",
    )
    STATEMENT_CANCELLED = (
        "statement_cancelled",
        "An administrator of the cluster cancelled what was asked of it; nothing was changed.",
        "Try again.",
    )
    TERM_LOST = (
        "term_lost",
        "Another process dispatches now; nothing was changed.",
        "Nothing: this process stands by.",
    )
    STORE_CLOSED = "store_closed", "The store is closed; nothing was written.", "Open it again."
    WRITE_UNKNOWN = (
        "write_unknown",
        "The store was closed, or the line to it was lost, while this was written.",
        "Look whether it was written before you repeat it.",
    )
    LOCK_FILE_UNUSABLE = (
        "lock_file_unusable",
        "A lock file next to the store can't be used.",
        "Remove it or the cause that the text names.",
    )
    LOCK_FILE_REMOVED = "lock_file_removed", "A lock file was removed while the store was open.", "Start again."

    STATE_DIFFERS = (
        "state_differs",
        "A row that the act rests on is not what the log says; nothing was done.",
        "Run doctor; it names the row and what the log says of it.",
    )

    # Copies and backups
    STORE_IS_COPY = (
        "store_is_copy",
        "The store is a copy that does not take its original's place.",
        "Use the original; to replace it run dispatch --restored.",
    )
    STORE_BEHIND_OUTBOX = (
        "store_behind_outbox",
        "The store is older than its outbox, or the outbox is another store's.",
        "Name another --outbox, or run dispatch --restored for a copy that replaces its original.",
    )
    BACKUP_UNVERIFIED = "backup_unverified", "The copy did not verify, so no backup was made.", "Run doctor."
    LOG_OF_ANOTHER_STORE = (
        "log_of_another_store",
        "The copy is next to the log files of another store.",
        "Move those files away.",
    )

    # Spool and demo
    INBOX_UNUSABLE = "inbox_unusable", "The inbox can't be used.", "Mend what the text names, or name another folder."
    OUTBOX_UNUSABLE = (
        "outbox_unusable",
        "The outbox can't be used.",
        "Mend what the text names, or name another folder.",
    )
    OUTBOX_NEW = (
        "outbox_new",
        "The outbox is new, and the boxes of this desk have delivered to another one before.",
        "Name that one, or mark the new one as the text says.",
    )
    DEMO_IN_USE = "demo_in_use", "Another demo or dispatcher uses the store.", "End that process first."
    NOT_A_DEMO = "not_a_demo", "The store was not made by a demo.", "Name another path, or leave --db out."

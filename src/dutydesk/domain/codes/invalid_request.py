"""The codes of :class:`~dutydesk.domain.errors.InvalidRequest`."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class InvalidRequestCode(Code):
    """The call is wrong in itself; nothing was changed."""

    # Commands, options and arguments
    WRONG_USAGE = "wrong_usage", "The command can't be called like this.", "Read the help of the command."
    UNKNOWN_COMMAND = (
        "unknown_command",
        "There is no such command.",
        "List the commands with --help, or with help in a line-mode session.",
    )
    UNKNOWN_OPTION = "unknown_option", "The command has no such option.", "Read the help of the command."
    MISSING_ARGUMENT = "missing_argument", "A required argument or option is missing.", "Read the help of the command."
    BAD_ARGUMENT = (
        "bad_argument",
        "An argument or option has a value that it does not take.",
        "Correct the value as the text says.",
    )
    BAD_NAME = (
        "bad_name",
        "The value names no item, measure, hit or handover.",
        "Write the name as it is printed, such as D-000001.",
    )
    BAD_DATE = "bad_date", "The value is no date.", "Write it as 1979, 1979-04 or 1979-04-23."
    BAD_INSTANT = "bad_instant", "The value is no point in time.", "Write it as 2022-03-12T08:00:00Z, or as a date."
    BAD_CODE_LIST = "bad_code_list", "The list of codes is malformed.", "Write codes as FR,DE, or all."
    BAD_CHOICE = (
        "bad_choice",
        "The list holds a value that is none of the known ones.",
        "Use the values that the text lists.",
    )
    BAD_SPEED = "bad_speed", "The value is no speed.", "Write a number above 0."
    BAD_ENCODING = "bad_encoding", "The value holds bytes that are no UTF-8.", "Type it again."
    OFFICER_NAMED_TWICE = "officer_named_twice", "One call names two officers.", "Name one officer with --as."
    CONFLICTING_OPTIONS = (
        "conflicting_options",
        "Options were given that exclude each other or need another one.",
        "Leave one out, as the text says.",
    )
    NO_TERMINAL = "no_terminal", "The console needs a terminal.", "Run it in a terminal, or use the commands."
    NO_STANDARD_INPUT = "no_standard_input", "There is no standard input to read.", "Name a file."
    OPEN_QUOTE = "open_quote", "A quotation mark in the line is not closed.", "Close it."
    OPTION_OF_SESSION = (
        "option_of_session",
        "In line mode the store and the officer are fixed for the session.",
        "Leave the option out, or start another session.",
    )

    # Values
    UNKNOWN_CODE = (
        "unknown_code",
        "The code is no bureau's, or none at the desk's date.",
        "List the codes with countries.",
    )
    UNKNOWN_NATIONALITY = (
        "unknown_nationality",
        "The code is no nationality's.",
        "Use an ISO 3166-1 code, 914, 916, 922 or UNK.",
    )
    REASON_MISSING = "reason_missing", "The reason is missing.", "Give the reason in a few words."
    NOTE_MISSING = "note_missing", "The note has no text.", "Type the note."
    TEXT_MISSING = "text_missing", "The act needs a text.", "Type the text."
    ORDER_MISSING = "order_missing", "The reference of the order is missing.", "Name it with --order."
    DECIDER_MISSING = "decider_missing", "The person who decided or endorsed is missing.", "Name the person with --by."
    REFUSAL_CODE_MISSING = (
        "refusal_code_missing",
        "A refusal needs the class in which it is reported.",
        "Give --code art_2, art_3 or other.",
    )
    TIME_PAST = "time_past", "The time is past.", "Name a later time."
    TIME_NOT_PAST = "time_not_past", "The time lies in the future.", "Name a time that has passed."
    REVIEW_BEFORE_START = (
        "review_before_start",
        "The review date is not after the start of the measure.",
        "Name a later review date.",
    )
    BAD_TIME = "bad_time", "The field holds no point in time.", "Write it as the field's hint shows."
    NOTHING_TO_SEARCH = "nothing_to_search", "The search text holds no word.", "Type letters or digits."

    # Decisions
    UNKNOWN_TICK = "unknown_tick", "The checklist has no such point.", "Use the points that the text lists."
    OVERRIDE_NEEDS_RELEASE = (
        "override_needs_release",
        "An override was given with a refusal.",
        "Leave the override out.",
    )
    OVERRIDE_NEEDS_FINDING = (
        "override_needs_finding",
        "The rule did not fire, so there is nothing to override.",
        "Leave the override out.",
    )
    KIND_NOT_OFFERED = "kind_not_offered", "Another kind is offered for a notice request only.", "Leave --kind out."

    # Measures, restrictions, network
    NO_CHANNEL = "no_channel", "The measure covers no channel.", "Choose at least one channel."
    KINDS_NEED_DIFFUSION = (
        "kinds_need_diffusion",
        "--kinds limits diffusions, and the measure does not cover them.",
        "Name the channel diffusion too, or leave --kinds out.",
    )
    CODE_NOT_TYPED = "code_not_typed", "The country's code was not typed as a confirmation.", "Type the code."
    NO_SCOPE = "no_scope", "The restriction names nobody.", "Name codes, or all, with --deny or --allow."
    ITEM_OF_ANOTHER_OWNER = "item_of_another_owner", "The item belongs to another owner.", "Name an item of the owner."
    NO_RECIPIENT = "no_recipient", "No recipient was chosen.", "Choose a recipient."
    NO_COLLEAGUE = "no_colleague", "No colleague was chosen.", "Choose a colleague."
    NO_VIEW_NAME = "no_view_name", "The saved filter has no name.", "Type a name."
    FIGURE_WITHOUT_ITEMS = (
        "figure_without_items",
        "This figure counts no items, so none can be listed.",
        "Choose another figure.",
    )

    # Officers
    BAD_OFFICER_NAME = (
        "bad_officer_name",
        "The name can't be an officer's.",
        "Use 1 to 64 printable characters that show something.",
    )
    RESERVED_NAME = (
        "reserved_name",
        "The desk itself signs with this name, or with one that looks like it.",
        "Choose another name.",
    )
    UNLISTED_OFFICER = (
        "unlisted_officer",
        "An ops box names somebody who is no officer.",
        "Add the officer first with officers add.",
    )

    # Shifts
    HANDOVER_EMPTY = "handover_empty", "The handover has no text.", "Write the note, or pass its file with --file."
    HANDOVER_TOO_LONG = "handover_too_long", "The handover is longer than a signed text may be.", "Shorten the note."
    TEXT_NOT_UTF8 = "text_not_utf8", "The text is not UTF-8.", "Save the file as UTF-8."
    TEXT_NOT_SIGNABLE = (
        "text_not_signable",
        "The text holds half a character and can't be signed.",
        "Type that word again.",
    )

    # Files
    PASSWORD_IN_URL = (
        "password_in_url",
        "The URL of the database holds a password.",
        "Leave it out; use PGPASSFILE or a client certificate.",
    )
    BAD_DATABASE_URL = (
        "bad_database_url",
        "The URL of the database can't be read, or names none.",
        "Write postgresql://USER@HOST/NAME.",
    )
    STORE_FILE_NAMED = (
        "store_file_named",
        "The name belongs to the store or to one of its files.",
        "Choose another name.",
    )
    LINK_NOT_FOLLOWED = (
        "link_not_followed",
        "The name is a symbolic link, which is never followed.",
        "Name the file itself.",
    )
    FILE_NOT_READABLE = (
        "file_not_readable",
        "The file can't be read.",
        "Mend what the text names, or name another file.",
    )
    NOT_A_FILE = "not_a_file", "The name is a folder, a pipe, a socket or a device.", "Name a file."
    NO_FILE = "no_file", "No file was named.", "Type the path of a file."
    REPORT_NOT_WRITABLE = (
        "report_not_writable",
        "The file for the refused rows can't be written.",
        "Name a new file with --refused.",
    )
    NOT_IMPORTABLE = (
        "not_importable",
        "The file is no register or no records that can be imported.",
        "Correct the file as the text says.",
    )
    NOT_AN_ITEM_FILE = "not_an_item_file", "The file is no exported item of dutydesk.", "Name a file that export made."
    NOT_A_LOG_FILE = "not_a_log_file", "The file is no exported log of dutydesk.", "Name a file that audit export made."
    NOT_A_CHECKPOINT = (
        "not_a_checkpoint",
        "The file is no checkpoint of dutydesk.",
        "Name a file that audit checkpoint made.",
    )
    CHECKPOINT_OF_ANOTHER_LOG = (
        "checkpoint_of_another_log",
        "The checkpoint belongs to the log of another store.",
        "Name the checkpoint of this store, or the store of the checkpoint.",
    )

    NOT_A_PROOF = (
        "not_a_proof",
        "The file or key is none that a proof of the log takes.",
        "Name a file that export, audit checkpoint or audit consistency made, or the key that the text names.",
    )
    OTHER_CHECKPOINT = (
        "other_checkpoint",
        "The item is proved to another checkpoint than the named one.",
        "Export the item with --checkpoint and that file, or name the checkpoint that the text names.",
    )

    # Witnesses
    WITNESS_NAME = (
        "witness_name",
        "A new witness needs a name, and an old one keeps its own.",
        "Name it with --name, or leave --name out.",
    )
    WITNESS_WITHOUT_TLS = (
        "witness_without_tls",
        "The witness would be reached over the network without TLS.",
        "Give a certificate and its key, or listen on 127.0.0.1.",
    )
    WITNESS_ADDRESS = (
        "witness_address",
        "The witness can't listen where it was told to.",
        "Name a free port, and files in PEM.",
    )

    # Keys
    PRIVATE_KEY_GIVEN = (
        "private_key_given",
        "The file is a private key, and a public one is needed.",
        "Name the file that ends in .pub.",
    )
    NOT_A_PRIVATE_KEY = "not_a_private_key", "The file holds no private key.", "Make one with audit key."
    NOT_A_PUBLIC_KEY = (
        "not_a_public_key",
        "The file holds no public key, or more than one.",
        "Name the .pub file of one key.",
    )
    WRONG_KIND_OF_KEY = "wrong_kind_of_key", "The key is not an Ed25519 key.", "Make one with audit key."
    KEY_HAS_PASSPHRASE = "key_has_passphrase", "The private key is locked with a passphrase.", "Name a key without one."
    KEY_EXPOSED = (
        "key_exposed",
        "Others than its owner can read the private key.",
        "Make a new key, or close the file with chmod 600.",
    )
    NOT_A_FINGERPRINT = (
        "not_a_fingerprint",
        "The value is no whole fingerprint.",
        "Copy the fingerprint that audit key printed.",
    )

    # Metrics
    METRICS_NOT_INSTALLED = (
        "metrics_not_installed",
        "Metrics need a library that is not installed.",
        "Install dutydesk with its extra metrics.",
    )
    METRICS_OFF_LOOPBACK = (
        "metrics_off_loopback",
        "The metrics of a LIVE store would be served to other machines.",
        "Serve them on 127.0.0.1, or allow it in the settings.",
    )

    # Settings
    SETTINGS_EXPOSED = (
        "settings_exposed",
        "Everyone on the machine can change the settings.",
        "Run the chmod that the text names.",
    )
    SETTINGS_UNREADABLE = (
        "settings_unreadable",
        "The settings can't be read as TOML.",
        "Correct the file at the named place, or remove it.",
    )
    UNKNOWN_SETTING = "unknown_setting", "The settings hold an unknown key.", "Correct the line that the text names."
    BAD_SETTING = "bad_setting", "A setting has a value that it does not take.", "Correct the line that the text names."
    BAD_RULES = (
        "bad_rules",
        "The desk's own rules or word lists can't be used.",
        "Correct each line that rules check names.",
    )
    UNKNOWN_RULE = "unknown_rule", "There is no rule of that name.", "Use one of the names that the text lists."
    BAD_LIMIT = "bad_limit", "A limit of an evaluation can't be read.", "Write it as the text says."
    UNKNOWN_KEY_ID = (
        "unknown_key_id",
        "The settings move a key that does not exist.",
        "Use the ids that the text lists.",
    )
    FIXED_KEY = "fixed_key", "The settings move a key that can't be moved.", "Leave that line out."
    MISSING_KEY = "missing_key", "The settings name a key that the keyboard does not have.", "Name another key."
    UNPORTABLE_KEY = "unportable_key", "The settings name a key that not every terminal sends.", "Name another key."
    TEXT_KEY = "text_key", "The settings use a key that types text where text is typed.", "Name another key."
    KEY_CLASH = "key_clash", "The settings give one key two acts.", "Name another key for one of them."

    # Demo and benchmark
    BAD_MESSAGE_COUNT = "bad_message_count", "The number of messages is below 1.", "Name a whole number from 1 on."
    BAD_DEMO_DATA = "bad_demo_data", "The sample traffic can't be read.", "Install dutydesk again."
    BAD_DEMO_SCRIPT = (
        "bad_demo_script",
        "The script of the demo names an act or a value that can't be.",
        "Correct the script as the text says.",
    )
    OPTION_OF_ANOTHER_SUITE = (
        "option_of_another_suite",
        "The benchmark suite has no such option.",
        "Use the options that the text lists.",
    )

    # Keys and signatures
    DATES_REVERSED = "dates_reversed", "The end lies before the begin.", "Correct --from or --until."
    DATE_TO_COME = "date_to_come", "The time has not come yet.", "Name a time that has passed."
    NO_KEY_IN_FORCE = (
        "no_key_in_force",
        "Signatures can't be required of a bureau without a key in force.",
        "Enter the key first with bureaus keys add.",
    )
    WEAK_KEY = (
        "weak_key",
        "The public key is one of the few by which anybody can forge a signature.",
        "Have the bureau make a new key.",
    )

    # Transports
    NATS_NOT_INSTALLED = (
        "nats_not_installed",
        "A place is a NATS server, and the packages for NATS are not installed.",
        "Install the extra nats.",
    )
    BAD_SERVER_ADDRESS = (
        "bad_server_address",
        "The address of the server can't be used.",
        "Write it as tls://host:4222, several hosts with commas; keys stand in files.",
    )
    TLS_DEMANDED = (
        "tls_demanded",
        "A LIVE desk speaks to another machine by TLS only.",
        "Write tls:// in place of nats://.",
    )
    NATS_KEY_UNUSABLE = (
        "nats_key_unusable",
        "The file holds no single key of a NATS user.",
        "Make one with ops-box nats-key.",
    )
    NATS_KEY_EXPOSED = (
        "nats_key_exposed",
        "The file of the secret key can be read by others, or is another user's.",
        "Run the chmod that the text names.",
    )
    NATS_CA_UNUSABLE = (
        "nats_ca_unusable",
        "The file holds no certificates.",
        "Name a file of certificates in PEM.",
    )
    BAD_BUREAU_KEYS = (
        "bad_bureau_keys",
        "The list of the bureaus' public keys is malformed.",
        "Write a line with a code and a public key for each bureau.",
    )
    BAD_ROUTES = (
        "bad_routes",
        "The outboxes don't say for each bureau one place.",
        "Name one outbox for all bureaus, and CC,CC=PLACE for others.",
    )

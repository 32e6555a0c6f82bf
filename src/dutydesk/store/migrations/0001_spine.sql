-- One message's whole way: items and their bodies, deliveries, notices, measures, restrictions, officers, the log.
-- Times are integers: microseconds since 1970 UTC. Names of states are those of the domain.
-- SQLite's own: WITHOUT ROWID, FTS5 (item_words) with its triggers, RAISE, INTEGER PRIMARY KEY as a serial number.

CREATE TABLE desk (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  realm TEXT NOT NULL CHECK (realm IN ('live', 'exercise', 'demo')),
  made_at INTEGER NOT NULL,
  policy_epoch INTEGER NOT NULL DEFAULT 0,
  segment INTEGER NOT NULL DEFAULT 0,
  clock_at INTEGER,
  clock_wall INTEGER,
  clock_rate REAL
);

CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  data TEXT NOT NULL,
  previous BLOB NOT NULL,
  hash BLOB NOT NULL
);
CREATE INDEX event_subject ON event (subject, seq);
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE (ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'the log is append-only'); END;
-- REPLACE takes a row away without asking the trigger above.
CREATE TRIGGER event_is_only_appended BEFORE INSERT ON event
WHEN new.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event)
BEGIN SELECT RAISE (ABORT, 'the log is append-only'); END;

CREATE TABLE officer (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  country TEXT NOT NULL
);
CREATE TABLE login (
  os_user TEXT PRIMARY KEY,
  officer INTEGER NOT NULL REFERENCES officer (id)
);

CREATE TABLE bureau (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  offline_since INTEGER,
  measure_revision INTEGER NOT NULL DEFAULT 0,
  received INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE item (
  number INTEGER PRIMARY KEY,
  type TEXT,
  kind TEXT,
  reference TEXT,
  sender TEXT,
  state TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  cycle INTEGER NOT NULL DEFAULT 1,
  revision INTEGER NOT NULL DEFAULT 1,
  urgency TEXT NOT NULL,
  precedence INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  routed_at INTEGER NOT NULL,
  title TEXT NOT NULL,
  original_script TEXT,
  level TEXT,
  measure INTEGER,
  causes TEXT NOT NULL DEFAULT '[]',
  restricted_from TEXT NOT NULL DEFAULT '',
  claimed_by TEXT,
  claimed_until INTEGER,
  escalated INTEGER NOT NULL DEFAULT 0,
  post_review TEXT,
  post_review_due INTEGER,
  information_due INTEGER,
  parent INTEGER REFERENCES item (number),
  beside INTEGER REFERENCES item (number),
  same_text_as INTEGER REFERENCES item (number),
  open_deliveries INTEGER NOT NULL DEFAULT 0,
  waiting_deliveries INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL DEFAULT 0,
  decided_by TEXT,
  held_before INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX item_due ON item (due_at) WHERE open_deliveries > 0;
CREATE INDEX item_unsent ON item (sender, number) WHERE open_deliveries + waiting_deliveries > 0;
CREATE INDEX item_work ON item (precedence, received_at) WHERE state IN ('held', 'proposed', 'information_requested');
CREATE INDEX item_post_review ON item (post_review_due) WHERE post_review = 'due';
CREATE INDEX item_state ON item (state, number);
CREATE INDEX item_sender ON item (sender, number);
CREATE INDEX item_sender_state ON item (sender, state);
CREATE INDEX item_reference ON item (sender, reference) WHERE reference IS NOT NULL;
CREATE INDEX item_kind ON item (kind, number);
CREATE INDEX item_parent ON item (parent) WHERE parent IS NOT NULL;

CREATE VIRTUAL TABLE item_words USING fts5 (
  title, original_script, reference,
  content = 'item', content_rowid = 'number', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
CREATE TRIGGER item_words_added AFTER INSERT ON item BEGIN
  INSERT INTO item_words (rowid, title, original_script, reference)
  VALUES (new.number, new.title, new.original_script, new.reference);
END;
CREATE TRIGGER item_words_changed AFTER UPDATE OF title, original_script, reference ON item BEGIN
  INSERT INTO item_words (item_words, rowid, title, original_script, reference)
  VALUES ('delete', old.number, old.title, old.original_script, old.reference);
  INSERT INTO item_words (rowid, title, original_script, reference)
  VALUES (new.number, new.title, new.original_script, new.reference);
END;

CREATE TABLE body (
  item INTEGER NOT NULL REFERENCES item (number),
  version INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  findings TEXT NOT NULL,
  problems TEXT NOT NULL DEFAULT '[]',
  raw BLOB,
  UNIQUE (item, version)
);

-- Every reference that a sender has used up, with the receipt that a repeat gets again.
CREATE TABLE reference (
  sender TEXT NOT NULL,
  reference TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  item INTEGER,
  receipt TEXT NOT NULL,
  PRIMARY KEY (sender, reference)
) WITHOUT ROWID;

-- The texts that were refused, so that one that comes again under another reference is linked to its refusal.
CREATE TABLE refused_text (
  sender TEXT NOT NULL,
  digest TEXT NOT NULL,
  item INTEGER NOT NULL REFERENCES item (number),
  PRIMARY KEY (sender, digest)
) WITHOUT ROWID;

CREATE TABLE delivery (
  item INTEGER NOT NULL,
  recipient INTEGER NOT NULL,
  version INTEGER NOT NULL,
  cycle INTEGER NOT NULL,
  state TEXT NOT NULL,
  cause TEXT,
  waiting INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER,
  error TEXT,
  PRIMARY KEY (item, recipient),
  FOREIGN KEY (item) REFERENCES item (number),
  FOREIGN KEY (recipient) REFERENCES bureau (id)
) WITHOUT ROWID;
CREATE INDEX delivery_waiting ON delivery (recipient, item) WHERE waiting = 1;
CREATE INDEX delivery_sending ON delivery (item) WHERE state = 'sending';
CREATE INDEX delivery_dead ON delivery (item) WHERE state = 'dead';

-- What the desk itself tells a bureau: receipts, refusals, questions, recalls.
CREATE TABLE notice (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES item (number),
  recipient INTEGER NOT NULL REFERENCES bureau (id),
  notice TEXT NOT NULL,
  version INTEGER NOT NULL,
  cycle INTEGER NOT NULL,
  data TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL,
  error TEXT
);
CREATE INDEX notice_due ON notice (due_at) WHERE state IN ('queued', 'sending', 'failed');
CREATE INDEX notice_item ON notice (item);

CREATE TABLE tick (
  item INTEGER NOT NULL REFERENCES item (number),
  version INTEGER NOT NULL,
  mark TEXT NOT NULL,
  officer TEXT NOT NULL,
  at INTEGER NOT NULL,
  note TEXT,
  PRIMARY KEY (item, version, mark)
) WITHOUT ROWID;

CREATE TABLE review (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES item (number),
  cycle INTEGER NOT NULL,
  officer TEXT NOT NULL,
  decision TEXT NOT NULL,
  reason TEXT NOT NULL,
  code TEXT,
  articles TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX review_item ON review (item);

CREATE TABLE remark (
  id INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES item (number),
  officer TEXT NOT NULL,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX remark_item ON remark (item);

CREATE TABLE measure (
  number INTEGER PRIMARY KEY,
  country TEXT NOT NULL,
  level TEXT NOT NULL,
  channels TEXT NOT NULL,
  kinds TEXT NOT NULL,
  decision TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  officer TEXT NOT NULL,
  ordered_at INTEGER NOT NULL,
  effective_at INTEGER NOT NULL,
  review_by INTEGER NOT NULL,
  state TEXT NOT NULL,
  endorsement TEXT NOT NULL,
  endorsement_due INTEGER NOT NULL,
  endorsed_by TEXT,
  endorsement_order TEXT,
  over INTEGER,
  lift_order TEXT,
  lift_by TEXT,
  lift_reason TEXT,
  lift_officer TEXT,
  lift_at INTEGER,
  ended_at INTEGER,
  revision INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX measure_country ON measure (country, number);
CREATE UNIQUE INDEX measure_in_force ON measure (country) WHERE state = 'effective';
CREATE INDEX measure_live ON measure (effective_at) WHERE state IN ('proposed', 'ordered');

-- Statements of data owners, in their order; never changed: the latest in a scope counts.
CREATE TABLE restriction (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  item INTEGER,
  target TEXT NOT NULL,
  denied INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL
);
CREATE INDEX restriction_owner ON restriction (owner, item, id);

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;

-- One answer for each command, however often it is sent.
CREATE TABLE command (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;

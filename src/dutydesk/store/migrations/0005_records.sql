-- Records that checks are answered from, the keys by which they are found, hits, and checks counted by the hour.
-- A mark is the consonants of one part of a name with the beginning of another's, packed into an integer; neighbour
-- leads from consonants with some left out to those that the index knows. Whether a record answers hangs on its item's
-- row at that moment: nothing here changes when an item is released, recalled or withdrawn.
-- SQLite's own: WITHOUT ROWID, AUTOINCREMENT (a record that takes another's place never takes its number).

CREATE TABLE record (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  origin TEXT NOT NULL,
  item INTEGER REFERENCES item (number),
  reference TEXT,
  subject TEXT NOT NULL,
  title TEXT NOT NULL,
  names TEXT NOT NULL DEFAULT '',
  heard TEXT NOT NULL DEFAULT '',
  birth TEXT NOT NULL DEFAULT '',
  nationalities TEXT NOT NULL DEFAULT '',
  documents TEXT NOT NULL DEFAULT '',
  entered_at INTEGER NOT NULL,
  ends_at INTEGER
);
CREATE UNIQUE INDEX record_item ON record (item) WHERE item IS NOT NULL;
CREATE UNIQUE INDEX record_reference ON record (origin, source, reference) WHERE reference IS NOT NULL;

CREATE TABLE record_key (
  mark INTEGER NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (mark, record)
) WITHOUT ROWID;
CREATE TABLE neighbour (
  variant INTEGER NOT NULL,
  skeleton INTEGER NOT NULL,
  PRIMARY KEY (variant, skeleton)
) WITHOUT ROWID;
CREATE TABLE document_key (
  number TEXT NOT NULL,
  record INTEGER NOT NULL,
  issuer TEXT NOT NULL,
  PRIMARY KEY (number, record, issuer)
) WITHOUT ROWID;

CREATE TABLE hit (
  id INTEGER PRIMARY KEY,
  record INTEGER NOT NULL,
  item INTEGER REFERENCES item (number),
  source TEXT NOT NULL,
  requester TEXT NOT NULL,
  reference TEXT,
  name_of_database TEXT NOT NULL,
  place TEXT,
  query TEXT NOT NULL,
  digest TEXT NOT NULL,
  score INTEGER NOT NULL,
  explanation TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX hit_source ON hit (source, at);
CREATE INDEX hit_item ON hit (item) WHERE item IS NOT NULL;

-- False positives: this query of this requester does not hit this record until then.
CREATE TABLE dismissal (
  record INTEGER NOT NULL,
  requester TEXT NOT NULL,
  digest TEXT NOT NULL,
  hit INTEGER NOT NULL REFERENCES hit (id),
  until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  officer TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (record, requester, digest)
) WITHOUT ROWID;

-- Checks of one hour (since 1970): supplier 0 counts the checks themselves, any other those that consulted its data.
CREATE TABLE check_hour (
  supplier INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  requester INTEGER NOT NULL,
  name_of_database TEXT NOT NULL,
  result TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (supplier, hour, requester, name_of_database, result)
) WITHOUT ROWID;
-- How many checks each bureau asked for in its latest minute.
CREATE TABLE check_minute (
  requester INTEGER PRIMARY KEY,
  minute INTEGER NOT NULL,
  n INTEGER NOT NULL
);
-- References of checks that hit nothing, so that one that comes again is known for some days; without their receipts.
CREATE TABLE check_reference (
  day INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  reference TEXT NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (day, sender, reference)
) WITHOUT ROWID;

-- Items of before are entered when the store is opened next.
ALTER TABLE desk ADD COLUMN records_entered INTEGER NOT NULL DEFAULT 0;

-- A line of the desk's own may be about no item: a hit on a record that was imported.
CREATE TABLE notice_now (
  id INTEGER PRIMARY KEY,
  item INTEGER REFERENCES item (number),
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
INSERT INTO notice_now
SELECT id, item, recipient, notice, version, cycle, data, state, attempts, due_at, error FROM notice;
DROP TABLE notice;
ALTER TABLE notice_now RENAME TO notice;
CREATE INDEX notice_due ON notice (due_at) WHERE state IN ('queued', 'sending', 'failed');
CREATE INDEX notice_item ON notice (item);

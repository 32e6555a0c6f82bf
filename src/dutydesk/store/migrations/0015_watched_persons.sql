-- The persons whom every message is compared with: those of registers, and of items that were refused or recalled.
-- One that changes gets a new number, so that whoever has read them up to a number only needs those above it.
-- A key begins with the scope for which it is looked up: the item's sender, the refugee's country, or everyone.
-- The desk fills these tables for an older store when it opens it.
-- SQLite's own: WITHOUT ROWID, AUTOINCREMENT.

CREATE TABLE watched (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entry INTEGER REFERENCES register_entry (id),
  item INTEGER REFERENCES item (number),
  scope TEXT NOT NULL,
  names TEXT NOT NULL,
  birth TEXT NOT NULL,
  nationalities TEXT NOT NULL,
  documents TEXT NOT NULL,
  exact TEXT NOT NULL
);
CREATE UNIQUE INDEX watched_entry ON watched (entry) WHERE entry IS NOT NULL;
CREATE UNIQUE INDEX watched_item ON watched (item) WHERE item IS NOT NULL;
CREATE TABLE watched_key (
  mark INTEGER NOT NULL,
  watched INTEGER NOT NULL,
  PRIMARY KEY (mark, watched)
) WITHOUT ROWID;

-- An officer has judged that the person of a source's message is not this one. The person is a hash of what the message
-- says of him or her, so that other facts are another person.
CREATE TABLE distinction (
  source TEXT NOT NULL,
  person TEXT NOT NULL,
  watched INTEGER NOT NULL,
  item INTEGER NOT NULL REFERENCES item (number),
  score INTEGER NOT NULL,
  until INTEGER NOT NULL,
  reason TEXT NOT NULL,
  officer TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (source, person, watched)
) WITHOUT ROWID;
CREATE INDEX distinction_item ON distinction (item);
CREATE INDEX distinction_watched ON distinction (watched);

-- How far the filling of an older store is: its stage, and the number that it has reached there.
ALTER TABLE desk ADD COLUMN watch_stage INTEGER NOT NULL DEFAULT 0;
ALTER TABLE desk ADD COLUMN watch_position INTEGER NOT NULL DEFAULT 0;

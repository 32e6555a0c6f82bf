-- Whom items are about, for finding a person again, and the registers that requests are checked against.
-- A key is "n:" and a folded name, or "d:" and a document's number; detail is the birth with a name, and the issuer
-- with a document.

CREATE TABLE person_key (
  sender TEXT NOT NULL,
  mark TEXT NOT NULL,
  item INTEGER NOT NULL REFERENCES item (number),
  detail TEXT NOT NULL,
  PRIMARY KEY (sender, mark, item)
) WITHOUT ROWID;
CREATE INDEX person_key_item ON person_key (item);
CREATE INDEX person_key_mark ON person_key (mark, item);

CREATE TABLE register_entry (
  id INTEGER PRIMARY KEY,
  register TEXT NOT NULL,
  reference TEXT NOT NULL,
  entered_on TEXT NOT NULL,
  country TEXT,
  matter TEXT,
  decision TEXT,
  in_force INTEGER NOT NULL,
  digest TEXT NOT NULL,
  UNIQUE (register, reference)
);
CREATE TABLE register_key (
  mark TEXT NOT NULL,
  entry INTEGER NOT NULL REFERENCES register_entry (id),
  detail TEXT NOT NULL,
  PRIMARY KEY (mark, entry)
) WITHOUT ROWID;
CREATE INDEX register_key_entry ON register_key (entry);

-- Handover notes of shifts, each with the text that was signed; and the log's index of what persons did.

CREATE TABLE handover (
  number INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  shift_begin INTEGER NOT NULL,
  shift_end INTEGER NOT NULL,
  written_by TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('written', 'accepted', 'replaced')),
  accepted_by TEXT,
  accepted_at INTEGER
);

-- What the desk does by itself is most of the log, and is left out.
CREATE INDEX event_of_person ON event (actor, seq) WHERE actor NOT IN ('system', 'intake', 'dispatcher');

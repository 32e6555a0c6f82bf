-- The hashes of the Merkle tree over the log in tiles of 256: of level 0 those of the events, of a higher level the
-- roots of whole tiles of the level below. Only whole tiles stand here; the events give the rest. Tiles follow the log:
-- what is missing is written later, in pieces, and a tile never changes.

CREATE TABLE tree_tile (
  level INTEGER NOT NULL,
  number INTEGER NOT NULL,
  root BLOB NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (level, number)
) WITHOUT ROWID;

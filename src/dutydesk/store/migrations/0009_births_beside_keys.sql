-- The birth stands beside each key of a record, so that a check passes over whom the birth it asks for rules out without
-- reading a record of theirs: eight figures of a number, with zeros for what is not known, and 0 for no birth.
-- What makes a whole name is known apart from the same as a part of one, by 2**40 on top of its skeleton.
-- SQLite's own: WITHOUT ROWID.

CREATE TABLE record_key_born (
  mark INTEGER NOT NULL,
  record INTEGER NOT NULL,
  born INTEGER NOT NULL,
  PRIMARY KEY (mark, record)
) WITHOUT ROWID;
INSERT INTO record_key_born
SELECT record_key.mark, record_key.record, CAST(substr(replace(record.birth, '-', '') || '0000', 1, 8) AS INTEGER)
FROM record_key CROSS JOIN record ON record.id = record_key.record
ORDER BY record_key.mark, record_key.record;
DROP TABLE record_key;
ALTER TABLE record_key_born RENAME TO record_key;

CREATE TEMP TABLE lone (skeleton INTEGER PRIMARY KEY);
INSERT INTO lone SELECT DISTINCT mark >> 24 FROM record_key WHERE mark & 16777215 = 0;
INSERT INTO neighbour
SELECT neighbour.variant, lone.skeleton + 1099511627776
FROM neighbour CROSS JOIN lone ON lone.skeleton = neighbour.skeleton;
INSERT INTO neighbour SELECT skeleton + 1099511627776, skeleton + 1099511627776 FROM lone;
DROP TABLE lone;

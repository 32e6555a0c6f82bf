-- The birth stands beside each key of a record, so that a check passes over whom the birth it asks for rules out without
-- reading a record of theirs: eight figures of a number, with zeros for what is not known, and 0 for no birth.
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

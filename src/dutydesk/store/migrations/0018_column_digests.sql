-- Rows whose content must not stand in the log have there one digest: that of their column_digests, which say of each
-- column a little. So a row that was changed names the column, and the log does not grow. A row of before has none
-- until it is written again; the log has the digest of its columns as they were.

ALTER TABLE record ADD COLUMN column_digests BLOB;
ALTER TABLE watched ADD COLUMN column_digests BLOB;
ALTER TABLE register_entry ADD COLUMN column_digests BLOB;
ALTER TABLE command ADD COLUMN column_digests BLOB;
ALTER TABLE hit ADD COLUMN column_digests BLOB;

-- What is filed after the commit that took it in. MATCH and the full text's own writes (FTS5) are SQLite's own.

-- name: filed_upto^
SELECT filed_upto FROM desk WHERE id = 1;

-- name: filing_behind^
SELECT (SELECT max(number) FROM item) > filed_upto FROM desk WHERE id = 1;

-- name: filing_last_item^
SELECT coalesce(max(number), 0) FROM item;

-- name: filing_next
SELECT number FROM item WHERE number > :after ORDER BY number LIMIT :most;

-- name: filing_set!
UPDATE desk SET filed_upto = :number WHERE id = 1;

-- name: filing_words!
INSERT INTO item_words (rowid, title, original_script, reference)
SELECT number, title, original_script, reference FROM item WHERE number > :after AND number <= :upto;

-- name: unfiled_add*!
INSERT INTO unfiled (item, record, keys) VALUES (:item, :record, :keys);

-- name: unfiled_upto
SELECT item, record, keys FROM unfiled WHERE item <= :upto ORDER BY item;

-- name: unfiled_between
SELECT item, keys FROM unfiled WHERE item BETWEEN :first AND :last ORDER BY item;

-- name: unfiled_drop!
DELETE FROM unfiled WHERE item <= :upto;

-- name: filing_words_again!
-- All words anew, for a store that was written table by table.
INSERT INTO item_words (item_words) VALUES ('rebuild');

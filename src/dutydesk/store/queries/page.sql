-- Pages of the feed, newest first, by keyset; each walks the index of its narrowest condition.
-- INDEXED BY and MATCH (FTS5) are SQLite's own. PostgreSQL needs the type of a value that is only asked for being NULL.

-- name: item_page
SELECT item.* FROM item
WHERE item.number < :before
  AND (CAST(:state AS text) IS NULL OR item.state = :state) AND (CAST(:sender AS text) IS NULL OR item.sender = :sender)
  AND (CAST(:kind AS text) IS NULL OR item.kind = :kind)
ORDER BY item.number DESC LIMIT :most;

-- name: item_page_of_state
SELECT item.* FROM item INDEXED BY item_state
WHERE item.state = :state AND item.number < :before
  AND (CAST(:state AS text) IS NULL OR item.state = :state) AND (CAST(:sender AS text) IS NULL OR item.sender = :sender)
  AND (CAST(:kind AS text) IS NULL OR item.kind = :kind)
ORDER BY item.number DESC LIMIT :most;

-- name: item_page_of_sender
SELECT item.* FROM item INDEXED BY item_sender
WHERE item.sender = :sender AND item.number < :before
  AND (CAST(:state AS text) IS NULL OR item.state = :state) AND (CAST(:sender AS text) IS NULL OR item.sender = :sender)
  AND (CAST(:kind AS text) IS NULL OR item.kind = :kind)
ORDER BY item.number DESC LIMIT :most;

-- name: item_page_of_kind
SELECT item.* FROM item INDEXED BY item_kind
WHERE item.kind = :kind AND item.number < :before
  AND (CAST(:state AS text) IS NULL OR item.state = :state) AND (CAST(:sender AS text) IS NULL OR item.sender = :sender)
  AND (CAST(:kind AS text) IS NULL OR item.kind = :kind)
ORDER BY item.number DESC LIMIT :most;

-- name: item_page_of_words
SELECT item.* FROM item_words JOIN item ON item.number = item_words.rowid
WHERE item_words MATCH :words AND item_words.rowid < :before AND item.number < :before
  AND (CAST(:state AS text) IS NULL OR item.state = :state) AND (CAST(:sender AS text) IS NULL OR item.sender = :sender)
  AND (CAST(:kind AS text) IS NULL OR item.kind = :kind)
ORDER BY item_words.rowid DESC LIMIT :most;

-- name: item_terms_with
-- The words that begin with these letters, each found by a seek: the next one is above all places of the one before.
WITH RECURSIVE found (term) AS (
  SELECT (SELECT term FROM item_words_terms WHERE term >= :letters ORDER BY term LIMIT 1)
  UNION ALL
  SELECT (SELECT term FROM item_words_terms WHERE term >= found.term || char(1) ORDER BY term LIMIT 1) FROM found
  WHERE substr(found.term, 1, length(:letters)) = :letters
  LIMIT :most
)
SELECT term FROM found WHERE substr(term, 1, length(:letters)) = :letters;

-- name: hit_terms_with
-- The words that begin with these letters, each found by a seek: the next one is above all places of the one before.
WITH RECURSIVE found (term) AS (
  SELECT (SELECT term FROM hit_words_terms WHERE term >= :letters ORDER BY term LIMIT 1)
  UNION ALL
  SELECT (SELECT term FROM hit_words_terms WHERE term >= found.term || char(1) ORDER BY term LIMIT 1) FROM found
  WHERE substr(found.term, 1, length(:letters)) = :letters
  LIMIT :most
)
SELECT term FROM found WHERE substr(term, 1, length(:letters)) = :letters;

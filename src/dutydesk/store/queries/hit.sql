-- Hits: kept in full, shown as lines of the feed, and dismissed where they were false.
-- INDEXED BY, MATCH (FTS5) and json_each are SQLite's own.

-- name: hit_add<!
INSERT INTO hit (
  record, item, source, requester, reference, name_of_database, place, query, digest, score, explanation, actor, at,
  category, title, after_item, column_digests
) VALUES (
  :record, :item, :source, :requester, :reference, :name_of_database, :place, :query, :digest, :score, :explanation,
  :actor, :at, :category, :title, coalesce((SELECT max(number) FROM item), 0), :column_digests
);

-- name: hits_erase!
UPDATE hit SET query = '{}', explanation = '', title = '', column_digests = NULL WHERE item = :item;

-- name: hit_by_id^
SELECT * FROM hit WHERE id = :id;

-- name: hits_after
SELECT * FROM hit WHERE id > :id ORDER BY id LIMIT :most;

-- name: hit_page
SELECT
  hit.id, hit.after_item, hit.at, hit.requester, hit.source, hit.name_of_database, hit.score, hit.title, hit.item,
  hit.place, CASE WHEN dismissal.at >= hit.at THEN dismissal.until END AS dismissed_until
FROM hit INDEXED BY hit_place
LEFT JOIN dismissal ON dismissal.record = hit.record AND dismissal.requester = hit.requester
  AND dismissal.digest = hit.digest
WHERE (hit.after_item, hit.id) < (:after_item, :id)
ORDER BY hit.after_item DESC, hit.id DESC LIMIT :most;

-- name: hit_page_of_requester
SELECT
  hit.id, hit.after_item, hit.at, hit.requester, hit.source, hit.name_of_database, hit.score, hit.title, hit.item,
  hit.place, CASE WHEN dismissal.at >= hit.at THEN dismissal.until END AS dismissed_until
FROM hit INDEXED BY hit_requester
LEFT JOIN dismissal ON dismissal.record = hit.record AND dismissal.requester = hit.requester
  AND dismissal.digest = hit.digest
WHERE hit.requester = :requester AND (hit.after_item, hit.id) < (:after_item, :id)
ORDER BY hit.after_item DESC, hit.id DESC LIMIT :most;

-- name: hit_page_of_words
SELECT
  hit.id, hit.after_item, hit.at, hit.requester, hit.source, hit.name_of_database, hit.score, hit.title, hit.item,
  hit.place, CASE WHEN dismissal.at >= hit.at THEN dismissal.until END AS dismissed_until
FROM hit_words JOIN hit ON hit.id = hit_words.rowid
LEFT JOIN dismissal ON dismissal.record = hit.record AND dismissal.requester = hit.requester
  AND dismissal.digest = hit.digest
WHERE hit_words MATCH :words AND (hit.after_item, hit.id) < (:after_item, :id)
  AND (:requester IS NULL OR hit.requester = :requester)
ORDER BY hit_words.rowid DESC LIMIT :most;

-- name: hit_lines
SELECT
  hit.id, hit.after_item, hit.at, hit.requester, hit.source, hit.name_of_database, hit.score, hit.title, hit.item,
  hit.place, CASE WHEN dismissal.at >= hit.at THEN dismissal.until END AS dismissed_until
FROM json_each(:ids) AS j CROSS JOIN hit ON hit.id = j.value
LEFT JOIN dismissal ON dismissal.record = hit.record AND dismissal.requester = hit.requester
  AND dismissal.digest = hit.digest;

-- name: hit_told
SELECT recipient, state FROM notice INDEXED BY notice_hit
WHERE notice = 'hit' AND CASE WHEN json_valid(data) THEN json_extract(data, '$.hit') END = :hit ORDER BY id;

-- name: dismissal_put!
INSERT INTO dismissal (record, requester, digest, hit, until, reason, officer, at)
VALUES (:record, :requester, :digest, :hit, :until, :reason, :officer, :at)
ON CONFLICT (record, requester, digest) DO UPDATE SET
  hit = excluded.hit, until = excluded.until, reason = excluded.reason, officer = excluded.officer, at = excluded.at;

-- name: dismissal_until^
SELECT until FROM dismissal WHERE record = :record AND requester = :requester AND digest = :digest;

-- name: hits_of_item
SELECT id FROM hit INDEXED BY hit_item WHERE item = :item ORDER BY id DESC LIMIT :most;

-- name: hits_of_record
SELECT id FROM hit INDEXED BY hit_record WHERE record = :record AND item IS NULL ORDER BY id DESC LIMIT :most;

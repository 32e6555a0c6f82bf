-- The persons whom every message is compared with. json_each over one text of many keys is SQLite's own.

-- name: watched_newest^
-- Also above the numbers of those that were dropped.
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'watched'), 0);

-- name: watched_add<!
INSERT INTO watched (entry, item, scope, names, birth, nationalities, documents, exact, column_digests)
VALUES (:entry, :item, :scope, :names, :birth, :nationalities, :documents, :exact, :column_digests);

-- name: watched_key_add*!
INSERT INTO watched_key (mark, watched) VALUES (:mark, :watched);

-- name: watched_key_drop*!
DELETE FROM watched_key WHERE mark = :mark AND watched = :watched;

-- name: watched_drop!
DELETE FROM watched WHERE id = :id;

-- name: watched_of_entry^
SELECT id, entry, item, scope, names, birth, nationalities, documents, exact FROM watched WHERE entry = :entry;

-- name: watched_of_item^
SELECT id, entry, item, scope, names, birth, nationalities, documents, exact FROM watched WHERE item = :item;

-- name: watched_persons
SELECT
  watched.id, watched.entry, watched.item, watched.scope, watched.names, watched.birth, watched.nationalities,
  watched.documents, watched.exact
FROM json_each(:numbers) AS j CROSS JOIN watched
WHERE watched.id = j.value;

-- name: watched_after
SELECT id, entry, item, scope, names, birth, nationalities, documents, exact FROM watched WHERE id > :id ORDER BY id;

-- name: watched_with_keys
SELECT watched_key.watched FROM json_each(:marks) AS j CROSS JOIN watched_key
WHERE watched_key.mark = j.value
LIMIT :most;

-- name: watched_between
SELECT watched FROM watched_key
WHERE mark BETWEEN :first_mark AND :last_mark
ORDER BY mark, watched LIMIT :most;

-- name: watch_progress^
SELECT watch_stage, watch_position FROM desk WHERE id = 1;

-- name: watch_progress_set!
UPDATE desk SET watch_stage = :stage, watch_position = :position WHERE id = 1;

-- name: register_entries_after
SELECT id FROM register_entry WHERE id > :id ORDER BY id LIMIT :most;

-- name: items_refused_after
SELECT number FROM item WHERE number > :number AND state IN ('refused', 'recalled') ORDER BY number LIMIT :most;

-- name: items_with_foreign_figures
-- Items whose person has a document number that is not all plain letters and figures. The plus keeps the index of marks
-- out of it: the items are walked in their order, from one call to the next.
SELECT DISTINCT item FROM person_key WHERE +mark > 'd:' AND +mark < 'd;' AND mark GLOB '*[^ -~]*' AND item > :number
ORDER BY item LIMIT :most;

-- name: register_keys_foreign
SELECT mark, entry, detail FROM register_key WHERE mark > 'd:' AND mark < 'd;' AND mark GLOB '*[^ -~]*'
ORDER BY mark, entry;

-- name: register_key_drop!
DELETE FROM register_key WHERE mark = :mark AND entry = :entry;

-- name: register_key_put!
INSERT INTO register_key (mark, entry, detail) VALUES (:mark, :entry, :detail) ON CONFLICT DO NOTHING;

-- name: distinction_put!
INSERT INTO distinction (source, person, watched, item, score, until, reason, officer, at)
VALUES (:source, :person, :watched, :item, :score, :until, :reason, :officer, :at)
ON CONFLICT (source, person, watched) DO UPDATE SET
  item = excluded.item, score = excluded.score, until = excluded.until, reason = excluded.reason,
  officer = excluded.officer, at = excluded.at;

-- name: distinction_of^
SELECT score, until, reason, officer, item FROM distinction
WHERE source = :source AND person = :person AND watched = :watched;

-- name: distinctions_forget_item!
DELETE FROM distinction WHERE item = :item;

-- name: distinctions_forget!
DELETE FROM distinction WHERE watched = :watched;

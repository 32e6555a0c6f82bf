-- json_each over one text of many keys is SQLite's own; PostgreSQL has unnest for an array.

-- name: record_next^
-- Also above the numbers of those that were dropped.
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'record'), 0) + 1;

-- name: record_add!
INSERT INTO record (
  id, source, origin, item, reference, subject, title, names, heard, birth, nationalities, documents, entered_at, ends_at,
  category, column_digests
) VALUES (
  :id, :source, :origin, :item, :reference, :subject, :title, :names, :heard, :birth, :nationalities, :documents,
  :entered_at, :ends_at, :category, :column_digests
);

-- name: record_key_add*!
INSERT INTO record_key (mark, record, born) VALUES (:mark, :record, :born)
ON CONFLICT (mark, record) DO UPDATE SET born = excluded.born;

-- name: record_key_drop*!
DELETE FROM record_key WHERE mark = :mark AND record = :record;

-- name: neighbour_add*!
INSERT INTO neighbour (variant, skeleton) VALUES (:variant, :skeleton) ON CONFLICT DO NOTHING;

-- name: neighbour_knows
SELECT j.value FROM json_each(:skeletons) AS j CROSS JOIN neighbour
WHERE neighbour.variant = j.value AND neighbour.skeleton = j.value;

-- name: neighbours_of^
-- One text of hundreds of numbers is read faster than as many rows.
SELECT json_group_array(neighbour.skeleton) FROM json_each(:variants) AS j CROSS JOIN neighbour
WHERE neighbour.variant = j.value;

-- name: document_key_add*!
INSERT INTO document_key (number, record, issuer) VALUES (:number, :record, :issuer) ON CONFLICT DO NOTHING;

-- name: document_key_drop!
DELETE FROM document_key WHERE number = :number AND record = :record;

-- name: document_records
SELECT record, issuer FROM document_key WHERE number = :number ORDER BY record LIMIT :most;

-- name: record_of_item^
SELECT id, names, documents FROM record WHERE item = :item;

-- name: record_of_reference^
SELECT id, names, documents FROM record WHERE origin = :origin AND source = :source AND reference = :reference;

-- name: record_of_any_source^
-- Steps from source to source, of which there are few, instead of reading all records of the origin.
WITH RECURSIVE known (source) AS (
  SELECT min(source) FROM record WHERE origin = :origin AND reference IS NOT NULL
  UNION ALL
  SELECT (SELECT min(source) FROM record WHERE origin = :origin AND source > known.source AND reference IS NOT NULL)
  FROM known WHERE known.source IS NOT NULL
)
SELECT record.id, record.names, record.documents FROM known CROSS JOIN record
WHERE record.origin = :origin AND record.source = known.source AND record.reference = :reference LIMIT 1;

-- name: record_references_after
SELECT source, reference FROM record
WHERE origin = :origin AND reference IS NOT NULL AND (source, reference) > (:source, :reference)
ORDER BY source, reference LIMIT :most;

-- name: record_titled^
SELECT title, category FROM record WHERE id = :id;

-- name: record_row^
SELECT subject, title, names, birth, nationalities, documents, ends_at, category FROM record WHERE id = :id;

-- name: record_owners
SELECT record.id, record.source, record.origin, record.item, record.reference, record.subject, record.title,
  record.entered_at, record.ends_at
FROM json_each(:records) AS j CROSS JOIN record
WHERE record.id = j.value;

-- name: record_drop!
DELETE FROM record WHERE id = :id;

-- name: record_highest^
-- Where keys of a record wait, that of the record before it: a search finds no later ones.
SELECT min(coalesce((SELECT record FROM unfiled ORDER BY item LIMIT 1) - 1, latest), latest)
FROM (SELECT max(id) AS latest FROM record);

-- name: record_names_after
SELECT id, names FROM record WHERE id > :after ORDER BY id LIMIT :most;

-- name: record_marks_after
SELECT DISTINCT mark FROM record_key WHERE mark > :after ORDER BY mark LIMIT :most;

-- name: record_marked
SELECT record_key.record, record_key.born FROM json_each(:marks) AS j CROSS JOIN record_key
WHERE record_key.mark = j.value
  AND (
    born % 10000 = :day
    OR born BETWEEN :first AND :last AND (:month = -1 OR born / 100 = :month OR born % 100 IN (0, :one_day, :other_day))
    OR born = 0 OR born = :before OR born = :after
  )
LIMIT :most;

-- name: record_heard
SELECT record.id, record.heard, record.birth FROM json_each(:records) AS j CROSS JOIN record
WHERE record.id = j.value;

-- name: record_marked_between
SELECT record, born FROM record_key
WHERE mark BETWEEN :first_mark AND :last_mark
  AND (
    born % 10000 = :day
    OR born BETWEEN :first AND :last AND (:month = -1 OR born / 100 = :month OR born % 100 IN (0, :one_day, :other_day))
    OR born = 0 OR born = :before OR born = :after
  )
ORDER BY mark, record LIMIT :most;

-- name: record_persons
SELECT record.id, record.names, record.birth, record.nationalities, record.documents
FROM json_each(:records) AS j CROSS JOIN record
WHERE record.id = j.value;

-- name: record_standing
SELECT
  record.id, record.source, record.reference, record.ends_at, record.item,
  coalesce(item.family, record.item), item.state, item.recall_proposed_by, item.retention_until, item.notice_number, item.restricted_from,
  item.confidential, delivery.item
FROM json_each(:records) AS j CROSS JOIN record
LEFT JOIN item ON item.number = record.item
LEFT JOIN delivery ON delivery.item = record.item AND delivery.recipient = :requester
  AND delivery.version = item.version AND delivery.cycle = item.cycle
WHERE record.id = j.value;

-- name: check_minute_of^
SELECT minute, n FROM check_minute WHERE requester = :requester;

-- name: checks_since
SELECT supplier, requester, name_of_database, result, sum(n) AS n FROM check_hour
WHERE supplier = :supplier AND hour >= :hour GROUP BY requester, name_of_database, result;

-- name: check_reference_of^
SELECT digest FROM check_reference
WHERE day IN (:day, :day - 1, :day - 2, :day - 3, :day - 4, :day - 5, :day - 6)
  AND sender = :sender AND reference = :reference ORDER BY day LIMIT 1;

-- name: check_references_used
--- The places, from 0, of those references in :asked that a recent check has used; each is an array of the sender's
--- number and the reference.
SELECT j.key FROM json_each(:asked) AS j
WHERE EXISTS (
  SELECT 1 FROM check_reference
  WHERE day IN (:day, :day - 1, :day - 2, :day - 3, :day - 4, :day - 5, :day - 6)
    AND sender = j.value ->> 0 AND reference = j.value ->> 1
);

-- name: check_reference_add!
INSERT INTO check_reference (day, sender, reference, digest) VALUES (:day, :sender, :reference, :digest);

-- name: check_reference_oldest^
SELECT day, sender FROM check_reference ORDER BY day, sender LIMIT 1;

-- name: check_reference_forget!
DELETE FROM check_reference WHERE day = :day AND sender = :sender;

-- name: records_entered^
SELECT records_entered FROM desk WHERE id = 1;

-- name: records_set_entered!
UPDATE desk SET records_entered = :number WHERE id = 1;

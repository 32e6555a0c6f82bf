-- name: record_next^
SELECT 1 + greatest(
  (SELECT coalesce(max(id), 0) FROM record), (SELECT number FROM given_number WHERE name = 'record')
);

-- name: neighbour_knows
SELECT j.value FROM unnest(numbers_in(:skeletons)) WITH ORDINALITY AS j (value, place)
JOIN neighbour ON neighbour.variant = j.value AND neighbour.skeleton = j.value
ORDER BY j.place;

-- name: neighbours_of^
SELECT '[' || coalesce(string_agg(CAST(neighbour.skeleton AS text), ',' ORDER BY j.place, neighbour.skeleton), '') || ']'
FROM unnest(numbers_in(:variants)) WITH ORDINALITY AS j (value, place)
CROSS JOIN LATERAL (SELECT skeleton FROM neighbour WHERE variant = j.value OFFSET 0) AS neighbour;

-- name: record_owners
SELECT record.id, record.source, record.origin, record.item, record.reference, record.subject, record.title,
  record.entered_at, record.ends_at
FROM unnest(numbers_in(:records)) WITH ORDINALITY AS j (value, place) JOIN record ON record.id = j.value
ORDER BY j.place;

-- name: record_highest^
SELECT CASE WHEN max(id) IS NOT NULL THEN
  least(coalesce((SELECT record FROM unfiled ORDER BY item LIMIT 1) - 1, max(id)), max(id))
END FROM record;

-- name: record_marked
SELECT record_key.record, record_key.born
FROM unnest(numbers_in(:marks)) WITH ORDINALITY AS j (value, place) JOIN record_key ON record_key.mark = j.value
WHERE born % 10000 = :day
  OR born BETWEEN :first AND :last AND (:month = -1 OR born / 100 = :month OR born % 100 IN (0, :one_day, :other_day))
  OR born = 0 OR born = :before OR born = :after
ORDER BY j.place, record_key.record LIMIT :most;

-- name: record_heard
SELECT record.id, record.heard, record.birth
FROM unnest(numbers_in(:records)) WITH ORDINALITY AS j (value, place) JOIN record ON record.id = j.value
ORDER BY j.place;

-- name: record_persons
SELECT record.id, record.names, record.birth, record.nationalities, record.documents
FROM unnest(numbers_in(:records)) WITH ORDINALITY AS j (value, place) JOIN record ON record.id = j.value
ORDER BY j.place;

-- name: record_standing
SELECT
  record.id, record.source, record.reference, record.ends_at, record.item,
  coalesce(item.family, record.item), item.state, item.recall_proposed_by, item.retention_until, item.notice_number,
  item.restricted_from, item.confidential, delivery.item
FROM unnest(numbers_in(:records)) WITH ORDINALITY AS j (value, place) JOIN record ON record.id = j.value
LEFT JOIN item ON item.number = record.item
LEFT JOIN delivery ON delivery.item = record.item AND delivery.recipient = :requester
  AND delivery.version = item.version AND delivery.cycle = item.cycle
ORDER BY j.place;

-- name: checks_since
SELECT supplier, requester, name_of_database, result, sum(n) AS n FROM check_hour
WHERE supplier = :supplier AND hour >= :hour GROUP BY supplier, requester, name_of_database, result
ORDER BY requester, name_of_database, result;

-- name: check_references_used
SELECT j.place - 1 AS key FROM json_array_elements(CAST(:asked AS json)) WITH ORDINALITY AS j (value, place)
WHERE EXISTS (
  SELECT 1 FROM check_reference
  WHERE day IN (:day, :day - 1, :day - 2, :day - 3, :day - 4, :day - 5, :day - 6)
    AND sender = CAST(j.value ->> 0 AS bigint) AND reference = j.value ->> 1
)
ORDER BY j.place;

-- What the desk asks the log before it acts. A partial index serves only where its own condition, and an index on an
-- expression only where that expression, is repeated word for word. INDEXED BY is SQLite's own.

-- name: log_of_reference
-- :named is the JSON array of sender and reference.
SELECT seq, at, actor, kind, subject, data FROM event INDEXED BY event_reference
WHERE kind IN (
  'intake.accepted', 'item.corrected', 'item.withdrawn', 'item.informed', 'item.reread', 'delivery.answered',
  'restriction.stated', 'check.taken'
)
  AND CASE WHEN json_valid(data) THEN json_extract(data, '$.sender', '$.reference') END = :named
ORDER BY seq LIMIT 1;

-- name: log_references_used
--- The places, from 0, of those references in :named that an event has used; each is as for log_of_reference.
SELECT j.key FROM json_each(:named) AS j
WHERE EXISTS (
  SELECT 1 FROM event INDEXED BY event_reference
  WHERE kind IN (
    'intake.accepted', 'item.corrected', 'item.withdrawn', 'item.informed', 'item.reread', 'delivery.answered',
    'restriction.stated', 'check.taken'
  )
    AND CASE WHEN json_valid(data) THEN json_extract(data, '$.sender', '$.reference') END = j.value
);

-- name: log_of_command
SELECT seq, at, actor, kind, subject, data FROM event INDEXED BY event_command
WHERE actor NOT IN ('system', 'intake', 'dispatcher')
  AND CASE WHEN json_valid(data) THEN json_extract(data, '$.command') END IS NOT NULL
  AND CASE WHEN json_valid(data) THEN json_extract(data, '$.command') END = :command
ORDER BY seq LIMIT 1;

-- name: log_refused_any^
SELECT EXISTS (
  SELECT 1 FROM event INDEXED BY event_refused
  WHERE kind = 'item.refused' AND CASE WHEN json_valid(data) THEN json_extract(data, '$.sender') END = :sender
);

-- name: log_refused_with
SELECT subject FROM event INDEXED BY event_refused
WHERE kind = 'item.refused' AND CASE WHEN json_valid(data) THEN json_extract(data, '$.sender') END = :sender
  AND CASE WHEN json_valid(data) THEN json_extract(data, '$.text_digest') END = :digest
ORDER BY seq DESC;

-- name: log_of_subjects
SELECT seq, at, actor, kind, subject, data FROM event
WHERE subject IN (SELECT value FROM json_each(:subjects)) AND kind IN (SELECT value FROM json_each(:kinds))
ORDER BY seq;

-- name: log_last_of^
SELECT seq, at, actor, kind, subject, data FROM event
WHERE subject = :subject AND kind = :kind ORDER BY seq DESC LIMIT 1;

-- name: log_made_listing^
SELECT kind = 'store.made' AND CASE WHEN json_valid(data) THEN json_extract(data, '$.lists') END = 'all'
FROM event WHERE seq = 1;

-- name: log_differences
SELECT seq, at, actor, kind, subject, data FROM event INDEXED BY event_differs
WHERE kind = 'store.differs' ORDER BY seq DESC LIMIT :most;

-- name: log_differences_last^
SELECT seq, at, actor, kind, subject, data FROM event WHERE kind = 'store.differs' ORDER BY seq DESC LIMIT 1;

-- name: log_differences_count^
SELECT count(*) FROM event WHERE kind = 'store.differs';

-- name: answered_of
SELECT j.value AS subject FROM json_each(:subjects) AS j
WHERE 'item.informed' = (
  SELECT kind FROM event INDEXED BY event_question
  WHERE kind IN ('item.asked', 'item.informed', 'item.corrected') AND subject = j.value ORDER BY seq DESC LIMIT 1
);

-- name: log_of_reference
SELECT seq, at, actor, kind, subject, data FROM event
WHERE kind IN (
  'intake.accepted', 'item.corrected', 'item.withdrawn', 'item.informed', 'item.reread', 'delivery.answered',
  'restriction.stated', 'check.taken'
)
  AND sender_and_reference(data) = :named
ORDER BY seq LIMIT 1;

-- name: log_references_used
SELECT j.place - 1 AS key FROM unnest(texts_in(:named)) WITH ORDINALITY AS j (value, place)
WHERE EXISTS (
  SELECT 1 FROM event
  WHERE kind IN (
    'intake.accepted', 'item.corrected', 'item.withdrawn', 'item.informed', 'item.reread', 'delivery.answered',
    'restriction.stated', 'check.taken'
  )
    AND sender_and_reference(data) = j.value
)
ORDER BY j.place;

-- name: log_of_command
SELECT seq, at, actor, kind, subject, data FROM event
WHERE actor NOT IN ('system', 'intake', 'dispatcher')
  AND text_of(data, 'command') IS NOT NULL AND text_of(data, 'command') = :command
ORDER BY seq LIMIT 1;

-- name: log_refused_any^
SELECT EXISTS (SELECT 1 FROM event WHERE kind = 'item.refused' AND text_of(data, 'sender') = :sender);

-- name: log_refused_with
SELECT subject FROM event
WHERE kind = 'item.refused' AND text_of(data, 'sender') = :sender AND text_of(data, 'text_digest') = :digest
ORDER BY seq DESC;

-- name: log_of_subjects
SELECT seq, at, actor, kind, subject, data FROM event
WHERE subject = ANY (texts_in(:subjects)) AND kind = ANY (texts_in(:kinds))
ORDER BY seq;

-- name: log_made_listing^
SELECT kind = 'store.made' AND text_of(data, 'lists') = 'all' FROM event WHERE seq = 1;

-- name: answered_of
SELECT j.value AS subject FROM unnest(texts_in(:subjects)) WITH ORDINALITY AS j (value, place)
WHERE 'item.informed' = (
  SELECT kind FROM event
  WHERE kind IN ('item.asked', 'item.informed', 'item.corrected') AND subject = j.value ORDER BY seq DESC LIMIT 1
)
ORDER BY j.place;

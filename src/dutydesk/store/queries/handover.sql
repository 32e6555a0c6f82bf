-- name: handover_add<!
INSERT INTO handover (text, sha256, shift_begin, shift_end, written_by, written_at, state)
VALUES (:text, :sha256, :shift_begin, :shift_end, :written_by, :written_at, 'written');

-- name: handover_latest^
SELECT number, text, sha256, shift_begin, shift_end, written_by, written_at, state, accepted_by, accepted_at
FROM handover ORDER BY number DESC LIMIT 1;

-- name: handover_replace!
UPDATE handover SET state = 'replaced' WHERE number = :number;

-- name: handover_accept!
UPDATE handover SET state = 'accepted', accepted_by = :officer, accepted_at = :at WHERE number = :number;

-- name: event_numbered^
SELECT seq, at, actor, kind, subject, data, previous, hash FROM event WHERE seq = :seq;

-- name: event_last_of_person^
SELECT seq, at, actor, kind, subject, data, previous, hash FROM event
WHERE actor = :actor AND actor NOT IN ('system', 'intake', 'dispatcher') ORDER BY seq DESC LIMIT 1;

-- name: events_tally
SELECT seq, kind, CASE kind
  WHEN 'deliveries.made' THEN json_array_length(data, '$.recipients')
  WHEN 'item.routed' THEN json_extract(data, '$.state') = 'released'
  ELSE 1 END AS number
FROM event WHERE seq >= :seq ORDER BY seq;

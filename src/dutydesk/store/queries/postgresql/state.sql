-- name: state_events
SELECT seq, at, actor, kind, subject, data FROM event
WHERE seq > :after AND kind = ANY (texts_in(:kinds)) ORDER BY seq;

-- name: state_events_of_subjects
SELECT seq, at, actor, kind, subject, data FROM event
WHERE subject = ANY (texts_in(:subjects)) AND kind = ANY (texts_in(:kinds))
ORDER BY subject, seq;

-- name: state_items_opened^
SELECT max(CAST(substring(subject, '^..(\d+)') AS bigint)) FROM event
WHERE kind IN ('intake.accepted', 'intake.quarantined', 'intake.conflict');

-- name: state_notices_listed^
SELECT max(CAST(substring(subject, '-(\d+)') AS bigint)) FROM event WHERE kind LIKE 'notices.%';

-- name: state_subjects_after
SELECT subject FROM event WHERE seq > :seq AND starts_with(subject, rtrim(:like, '*'))
GROUP BY subject ORDER BY min(seq);

-- name: state_notices_open
SELECT DISTINCT id / 64 * 64 AS first FROM notice WHERE state IN ('queued', 'sending', 'failed')
ORDER BY first LIMIT :most;

-- name: state_sequences
SELECT name, seq FROM (
  VALUES ('record', next_lasting_number('record') - 1), ('watched', next_lasting_number('watched') - 1)
) AS given (name, seq) WHERE seq > 0 ORDER BY name;

-- name: sequence_forget!
DELETE FROM given_number WHERE name = :name;

-- name: sequence_add!
INSERT INTO given_number (name, number) VALUES (:name, :seq);

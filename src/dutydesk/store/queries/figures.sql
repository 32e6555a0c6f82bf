-- The figures of the network. Where a figure begins at a time, its first row is found by halving, along the key.
-- A partial index serves only where its condition is repeated word for word.

-- name: event_at^
SELECT at FROM event WHERE seq = :seq;

-- name: item_received_at^
SELECT received_at FROM item WHERE number = :number;

-- name: message_times
-- Every message but checks leaves one of these; a correction that is a child has its own intake.
SELECT at FROM event WHERE seq >= :first AND (
  kind IN (
    'intake.accepted', 'intake.repeated', 'intake.rejected', 'intake.quarantined', 'intake.conflict',
    'item.informed', 'item.withdrawn', 'delivery.answered'
  ) OR (kind = 'item.corrected' AND data NOT LIKE '%"child":%')
) ORDER BY seq;

-- name: figure_received
SELECT bureau.code, (SELECT count(*) FROM item WHERE item.sender = bureau.code AND item.number >= :first) AS n
FROM bureau WHERE bureau.code = coalesce(:country, bureau.code) ORDER BY bureau.id;

-- name: figure_states_of
SELECT state, count(*) AS n FROM item WHERE sender = :country GROUP BY state ORDER BY state;

-- name: figure_waiting
SELECT received_at FROM item INDEXED BY item_work WHERE state IN ('held', 'proposed', 'information_requested')
ORDER BY precedence, received_at;

-- name: figure_waiting_of
SELECT received_at FROM item WHERE sender = :country AND state IN ('held', 'proposed', 'information_requested')
ORDER BY state, number;

-- name: figure_decisions
SELECT event.at, event.kind, event.subject, event.data, item.sender, item.received_at
FROM event INDEXED BY event_decision JOIN item ON item.number = CAST(substr(event.subject, 3) AS INTEGER)
WHERE event.kind IN ('item.released', 'item.refused') AND event.at >= :since ORDER BY event.at, event.seq;

-- name: figure_questions
SELECT kind, at FROM event INDEXED BY event_question
WHERE kind IN ('item.asked', 'item.informed', 'item.corrected') AND subject = :subject ORDER BY seq;

-- name: figure_checks_against
-- Whole days, and the hours of the first of them that count.
SELECT bureau.code,
  (SELECT coalesce(sum(n), 0) FROM check_day WHERE supplier = bureau.id AND day > :day)
  + (SELECT coalesce(sum(n), 0) FROM check_hour
     WHERE supplier = bureau.id AND hour >= :hour AND hour < (:day + 1) * 24) AS n
FROM bureau WHERE bureau.code = coalesce(:country, bureau.code) ORDER BY bureau.id;

-- name: figure_checks_a_minute^
SELECT
  coalesce(sum(CASE WHEN minute = :minute THEN n ELSE 0 END), 0) AS n,
  coalesce(sum(CASE WHEN minute = :minute THEN n_before WHEN minute = :minute - 1 THEN n ELSE 0 END), 0) AS n_before
FROM check_minute WHERE requester = coalesce(:requester, requester);

-- name: figure_hits_by_source
SELECT bureau.code, (SELECT count(*) FROM hit WHERE source = bureau.code AND at >= :since) AS n
FROM bureau WHERE bureau.code = coalesce(:country, bureau.code) ORDER BY bureau.id;

-- name: figure_hits
SELECT category, place, count(*) AS n FROM hit WHERE at >= :since GROUP BY category, place
ORDER BY category, place NULLS FIRST;

-- name: figure_hits_of
SELECT category, place, count(*) AS n FROM hit WHERE source = :country AND at >= :since GROUP BY category, place
ORDER BY category, place NULLS FIRST;

-- name: figure_hits_behind
SELECT id, category, place FROM hit INDEXED BY hit_at WHERE at >= :since ORDER BY at DESC, category DESC, place DESC NULLS LAST, id DESC;

-- name: figure_hits_behind_source
SELECT id FROM hit INDEXED BY hit_source WHERE source = :source AND at >= :since ORDER BY at DESC, id DESC LIMIT :most;

-- name: wall_traffic
-- Items are numbered in the order of their receipt: :first is the first one of the time asked for.
SELECT (received_at - :begin) / :width AS period, type, kind, sender, count(*) AS n
FROM item WHERE number >= :first AND received_at >= :begin GROUP BY period, type, kind, sender
ORDER BY period, type NULLS FIRST, kind NULLS FIRST, sender NULLS FIRST;

-- name: wall_checks
SELECT hour, requester, sum(n) AS n, sum(CASE WHEN result = 'hit' THEN n ELSE 0 END) AS with_hits
FROM check_hour WHERE supplier = 0 AND hour >= :hour GROUP BY hour, requester ORDER BY hour, requester;

-- name: wall_hits
SELECT place, count(*) AS n FROM hit INDEXED BY hit_at WHERE at >= :since GROUP BY place ORDER BY place NULLS FIRST;

-- name: events_tally
SELECT seq, kind, CASE kind
  WHEN 'deliveries.made' THEN json_array_length(CAST(data AS json) -> 'recipients')
  WHEN 'item.routed' THEN CAST(text_of(data, 'state') = 'released' AS integer)
  ELSE 1 END AS number
FROM event WHERE seq >= :seq ORDER BY seq;

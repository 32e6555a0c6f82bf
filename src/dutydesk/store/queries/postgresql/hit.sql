-- name: hit_page_of_words
SELECT
  hit.id, hit.after_item, hit.at, hit.requester, hit.source, hit.name_of_database, hit.score, hit.title, hit.item,
  hit.place, CASE WHEN dismissal.at >= hit.at THEN dismissal.until END AS dismissed_until
FROM hit_words JOIN hit ON hit.id = hit_words.id
LEFT JOIN dismissal ON dismissal.record = hit.record AND dismissal.requester = hit.requester
  AND dismissal.digest = hit.digest
WHERE hit_words.words @@ word_query(:words) AND (hit.after_item, hit.id) < (:after_item, :id)
  AND (CAST(:requester AS text) IS NULL OR hit.requester = :requester)
ORDER BY hit_words.id DESC LIMIT :most;

-- name: hit_lines
SELECT
  hit.id, hit.after_item, hit.at, hit.requester, hit.source, hit.name_of_database, hit.score, hit.title, hit.item,
  hit.place, CASE WHEN dismissal.at >= hit.at THEN dismissal.until END AS dismissed_until
FROM unnest(numbers_in(:ids)) WITH ORDINALITY AS j (value, place) JOIN hit ON hit.id = j.value
LEFT JOIN dismissal ON dismissal.record = hit.record AND dismissal.requester = hit.requester
  AND dismissal.digest = hit.digest
ORDER BY j.place;

-- name: hit_told
SELECT recipient, state FROM notice WHERE notice = 'hit' AND text_of(data, 'hit') = :hit ORDER BY id;

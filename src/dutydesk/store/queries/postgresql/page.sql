-- name: item_page_of_words
SELECT item.* FROM item_words JOIN item ON item.number = item_words.number
WHERE item_words.words @@ word_query(:words) AND item_words.number < :before AND item.number < :before
  AND (CAST(:state AS text) IS NULL OR item.state = :state) AND (CAST(:sender AS text) IS NULL OR item.sender = :sender)
  AND (CAST(:kind AS text) IS NULL OR item.kind = :kind)
ORDER BY item_words.number DESC LIMIT :most;

-- name: item_terms_with
SELECT DISTINCT lexeme AS term
FROM item_words CROSS JOIN LATERAL unnest(item_words.words) AS found (lexeme, positions, weights)
WHERE item_words.words @@ word_query('"' || :letters || '"*') AND starts_with(lexeme, :letters)
ORDER BY lexeme LIMIT :most;

-- name: hit_terms_with
SELECT DISTINCT lexeme AS term
FROM hit_words CROSS JOIN LATERAL unnest(hit_words.words) AS found (lexeme, positions, weights)
WHERE hit_words.words @@ word_query('"' || :letters || '"*') AND starts_with(lexeme, :letters)
ORDER BY lexeme LIMIT :most;

-- The full text is a table of its own: words with their places, by the number of the item.

-- name: filing_words!
INSERT INTO item_words (number, words)
SELECT number, word_places(title, original_script, reference) FROM item WHERE number > :after AND number <= :upto
ON CONFLICT (number) DO UPDATE SET words = excluded.words;

-- name: filing_words_again!
INSERT INTO item_words (number, words)
SELECT number, word_places(title, original_script, reference) FROM item WHERE number <= (SELECT filed_upto FROM desk)
ON CONFLICT (number) DO UPDATE SET words = excluded.words;

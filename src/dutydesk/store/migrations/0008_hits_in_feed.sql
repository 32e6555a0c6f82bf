-- A hit is a line of the feed, right behind the newest item that there was when it was made: by the pair of that item's
-- number and its own the two stand in one order. It keeps the record's title, and is found by its words.
-- SQLite's own: FTS5 (hit_words) with its triggers, UPDATE with a FROM, json_valid and json_extract.

ALTER TABLE hit ADD COLUMN after_item INTEGER NOT NULL DEFAULT 0;
ALTER TABLE hit ADD COLUMN title TEXT NOT NULL DEFAULT '';

-- Hits of before stand where the times say, but never above one that was made earlier.
UPDATE hit SET after_item = placed.after_item FROM (
  SELECT id, max(newest) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) AS after_item FROM (
    SELECT id, max(number) OVER (ORDER BY at, is_hit ROWS UNBOUNDED PRECEDING) AS newest FROM (
      SELECT received_at AS at, 0 AS is_hit, number, NULL AS id FROM item
      UNION ALL SELECT at, 1, 0, id FROM hit
    )
  ) WHERE id IS NOT NULL
) AS placed WHERE placed.id = hit.id;
UPDATE hit SET title = coalesce(
  (SELECT title FROM item WHERE number = hit.item), (SELECT title FROM record WHERE id = hit.record), ''
) WHERE query <> '{}';

CREATE INDEX hit_place ON hit (after_item, id);
CREATE INDEX hit_requester ON hit (requester, after_item, id);
CREATE INDEX notice_hit ON notice (CASE WHEN json_valid(data) THEN json_extract(data, '$.hit') END)
  WHERE notice = 'hit';

CREATE VIRTUAL TABLE hit_words USING fts5 (
  title, content = 'hit', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
INSERT INTO hit_words (hit_words) VALUES ('rebuild');
CREATE TRIGGER hit_words_added AFTER INSERT ON hit BEGIN
  INSERT INTO hit_words (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER hit_words_changed AFTER UPDATE OF title ON hit BEGIN
  INSERT INTO hit_words (hit_words, rowid, title) VALUES ('delete', old.id, old.title);
  INSERT INTO hit_words (rowid, title) VALUES (new.id, new.title);
END;

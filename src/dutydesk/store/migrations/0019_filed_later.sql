-- What an item is found by is filed after the commit that takes it in, many items together. Items up to filed_upto are
-- filed. Of an item above it the words are not, and neither are the keys that wait in unfiled, as MessagePack.
-- The full text indexes what is filed, also by the first four, five and six letters of a word: the beginning of a
-- frequent word is then looked up, not gathered from all words that begin so. The words that begin with more letters
-- are few, and are looked up in item_words_terms and hit_words_terms.
-- SQLite's own: FTS5 with its triggers, on a view.

ALTER TABLE desk ADD COLUMN filed_upto INTEGER NOT NULL DEFAULT 0;
UPDATE desk SET filed_upto = (SELECT coalesce(max(number), 0) FROM item);

CREATE TABLE unfiled (
  item INTEGER PRIMARY KEY REFERENCES item (number),
  record INTEGER NOT NULL,
  keys BLOB NOT NULL
);

DROP TRIGGER item_words_added;
DROP TRIGGER item_words_changed;
DROP TABLE item_words;
CREATE VIEW filed_item AS
SELECT number, title, original_script, reference FROM item WHERE number <= (SELECT filed_upto FROM desk);
CREATE VIRTUAL TABLE item_words USING fts5 (
  title, original_script, reference,
  content = 'filed_item', content_rowid = 'number', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4 5 6'
);
INSERT INTO item_words (item_words) VALUES ('rebuild');
CREATE VIRTUAL TABLE item_words_terms USING fts5vocab (item_words, instance);
CREATE TRIGGER item_words_changed AFTER UPDATE OF title, original_script, reference ON item
WHEN old.number <= (SELECT filed_upto FROM desk)
BEGIN
  INSERT INTO item_words (item_words, rowid, title, original_script, reference)
  VALUES ('delete', old.number, old.title, old.original_script, old.reference);
  INSERT INTO item_words (rowid, title, original_script, reference)
  VALUES (new.number, new.title, new.original_script, new.reference);
END;

DROP TRIGGER hit_words_added;
DROP TRIGGER hit_words_changed;
DROP TABLE hit_words;
CREATE VIRTUAL TABLE hit_words USING fts5 (
  title, content = 'hit', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4 5 6'
);
INSERT INTO hit_words (hit_words) VALUES ('rebuild');
CREATE VIRTUAL TABLE hit_words_terms USING fts5vocab (hit_words, instance);
CREATE TRIGGER hit_words_added AFTER INSERT ON hit BEGIN
  INSERT INTO hit_words (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER hit_words_changed AFTER UPDATE OF title ON hit BEGIN
  INSERT INTO hit_words (hit_words, rowid, title) VALUES ('delete', old.id, old.title);
  INSERT INTO hit_words (rowid, title) VALUES (new.id, new.title);
END;

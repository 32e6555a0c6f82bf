-- The past and the figures by an index: who was off the network, which settings counted, what was decided when.

CREATE INDEX event_network ON event (seq) WHERE kind IN ('bureau.offline', 'bureau.online');
CREATE INDEX event_settings ON event (seq) WHERE kind = 'settings.noted';
CREATE INDEX event_decision ON event (at) WHERE kind IN ('item.released', 'item.refused');
-- While a question to the sender is open, the desk's clock stands.
CREATE INDEX event_question ON event (subject, seq) WHERE kind IN ('item.asked', 'item.informed', 'item.corrected');

-- What a record is about in a word, and what a hit was about when it was made; checks by day beside those by hour.
ALTER TABLE record ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE hit ADD COLUMN category TEXT NOT NULL DEFAULT '';
CREATE INDEX hit_at ON hit (at, category, place);
ALTER TABLE check_minute ADD COLUMN n_before INTEGER NOT NULL DEFAULT 0;
CREATE TABLE check_day (
  supplier INTEGER NOT NULL,
  day INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (supplier, day)
) WITHOUT ROWID;
INSERT INTO check_day SELECT supplier, hour / 24, sum(n) FROM check_hour GROUP BY supplier, hour / 24;

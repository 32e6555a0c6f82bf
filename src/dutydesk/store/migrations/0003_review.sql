-- The whole review: proposals that wait for a second person, recalls, notice numbers, retention and legal hold.

ALTER TABLE item ADD COLUMN proposed_by TEXT;
ALTER TABLE item ADD COLUMN recall_proposed_by TEXT;
ALTER TABLE item ADD COLUMN unratified INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN legal_hold INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN notice_number TEXT;
ALTER TABLE item ADD COLUMN offered_kind TEXT;
ALTER TABLE item ADD COLUMN retention_until INTEGER;
ALTER TABLE item ADD COLUMN retention_ask INTEGER;

-- Items of before: five years of 365.25 days from receipt, their source asked 183 days before the end.
UPDATE item SET retention_until = received_at + 157788000000000, retention_ask = received_at + 141976800000000;

CREATE INDEX item_silent ON item (information_due) WHERE state = 'information_requested' AND escalated = 0;
CREATE INDEX item_retention_ask ON item (retention_ask) WHERE retention_ask IS NOT NULL AND state = 'released';
CREATE INDEX item_retention ON item (retention_until) WHERE retention_until IS NOT NULL AND state <> 'purged';
CREATE INDEX item_unratified ON item (number) WHERE unratified = 1;
CREATE INDEX item_recall_proposed ON item (number) WHERE recall_proposed_by IS NOT NULL;

CREATE INDEX refused_text_of_item ON refused_text (item);

ALTER TABLE desk ADD COLUMN notices INTEGER NOT NULL DEFAULT 0;

-- One officer's half of a release, a refusal or a recall. What the officer saw is kept as JSON text.
CREATE TABLE proposal (
  item INTEGER PRIMARY KEY REFERENCES item (number),
  officer TEXT NOT NULL,
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  code TEXT,
  articles TEXT NOT NULL,
  overrides TEXT NOT NULL,
  because TEXT NOT NULL,
  seen TEXT NOT NULL,
  at INTEGER NOT NULL
);

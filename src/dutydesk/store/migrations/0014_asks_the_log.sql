-- The log's own indexes for what the desk asks it before it acts: whether a sender's reference was taken, whether a
-- command was carried out, whether a text was refused; and the differences between tables and log that were found.
-- An index follows the log by itself: rows that somebody takes out of another table do not change what it finds.
-- SQLite's own: json_valid and json_extract. CASE, because an event that was damaged must not keep a store from opening.

-- Sender and reference are taken out together, as one JSON array: each message costs this once.

CREATE INDEX event_reference ON event (
  CASE WHEN json_valid(data) THEN json_extract(data, '$.sender', '$.reference') END
) WHERE kind IN (
  'intake.accepted', 'item.corrected', 'item.withdrawn', 'item.informed', 'item.reread', 'delivery.answered',
  'restriction.stated', 'check.taken'
);
CREATE INDEX event_command ON event (CASE WHEN json_valid(data) THEN json_extract(data, '$.command') END)
  WHERE actor NOT IN ('system', 'intake', 'dispatcher')
  AND CASE WHEN json_valid(data) THEN json_extract(data, '$.command') END IS NOT NULL;
CREATE INDEX event_refused ON event (
  CASE WHEN json_valid(data) THEN json_extract(data, '$.sender') END,
  CASE WHEN json_valid(data) THEN json_extract(data, '$.text_digest') END
) WHERE kind = 'item.refused';
CREATE INDEX event_differs ON event (seq) WHERE kind = 'store.differs';

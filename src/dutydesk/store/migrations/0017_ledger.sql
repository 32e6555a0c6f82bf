-- The events that say who may do what, under which measures and restrictions, for a comparison with their tables that
-- reads nothing else of a long log. The queries repeat the condition word for word, as SQLite demands it.

CREATE INDEX event_ledger ON event (seq) WHERE kind IN (
  'store.made', 'bureaus.listed', 'bureau.offline', 'bureau.online', 'officer.added', 'officer.changed',
  'measure.proposed', 'measure.ordered', 'measure.effective', 'measure.endorsed', 'measure.declined',
  'measure.lift_proposed', 'measure.lifted', 'measure.replaced', 'measure.dissented', 'measure.void',
  'restriction.stated', 'restriction.proposed', 'restriction.dissented', 'restriction.void',
  'handover.written', 'handover.accepted'
) OR (kind = 'item.corrected' AND instr(data, '"denied":') > 0);

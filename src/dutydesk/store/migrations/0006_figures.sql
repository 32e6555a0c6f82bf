-- The past and the figures by an index: who was off the network, which settings counted, what was decided when.

CREATE INDEX event_network ON event (seq) WHERE kind IN ('bureau.offline', 'bureau.online');
CREATE INDEX event_settings ON event (seq) WHERE kind = 'settings.noted';
CREATE INDEX event_decision ON event (at) WHERE kind IN ('item.released', 'item.refused');
-- While a question to the sender is open, the desk's clock stands.
CREATE INDEX event_question ON event (subject, seq) WHERE kind IN ('item.asked', 'item.informed', 'item.corrected');

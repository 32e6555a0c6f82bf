-- Which items the log says to have a body that was changed since it was received: for the alarms.

CREATE INDEX event_body_changed ON event (seq) WHERE kind = 'item.body_changed';

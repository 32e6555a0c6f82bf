-- What is in a dispatcher's hands is found by the open deliveries of its item. An index of its own took an entry for each
-- delivery, and gave it up a moment later: a third of the time that a message to every member took.

DROP INDEX delivery_sending;

-- Meetings, who is let into them and what stays of them; further ways to sign in; what leaves by webhooks.
--
-- One text for both databases: ID, BYTES, INSTANT, NUMBER, BIG and FLAG stand for their types (migrations/mod.rs).
-- A unique index is called table_column: errors are told apart by it. Never change this file: write the next one.
-- Every new column of an older table is nullable or has a default: an older server may still write beside this one.

ALTER TABLE organisation ADD COLUMN accent TEXT;
ALTER TABLE organisation ADD COLUMN chat_days NUMBER;
ALTER TABLE organisation ADD COLUMN attendance_days NUMBER;

CREATE TABLE organisation_logo (
  only_one NUMBER NOT NULL PRIMARY KEY DEFAULT 1 CHECK (only_one = 1),
  media_type TEXT NOT NULL,
  bytes BYTES NOT NULL,
  changed INSTANT NOT NULL
);

ALTER TABLE room ADD COLUMN members_answer FLAG NOT NULL DEFAULT FALSE;

-- What the meeting that goes on in a room knows of those who were let in or sent away; gone when it ends.
CREATE TABLE visit (
  id ID NOT NULL PRIMARY KEY,
  room ID NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  identity TEXT NOT NULL,
  person ID REFERENCES person (id) ON DELETE SET NULL,
  browser BYTES,
  name TEXT NOT NULL,
  device TEXT NOT NULL,
  role TEXT NOT NULL,
  past TEXT NOT NULL,
  created INSTANT NOT NULL,
  seen INSTANT NOT NULL
);
CREATE UNIQUE INDEX visit_identity ON visit (room, identity);
CREATE INDEX visit_by_person ON visit (person);

CREATE TABLE knock (
  id ID NOT NULL PRIMARY KEY,
  secret BYTES NOT NULL,
  room ID NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  person ID REFERENCES person (id) ON DELETE SET NULL,
  browser BYTES,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  state TEXT NOT NULL,
  created INSTANT NOT NULL,
  seen INSTANT NOT NULL,
  answered INSTANT,
  answered_by ID REFERENCES person (id) ON DELETE SET NULL,
  identity TEXT
);
CREATE UNIQUE INDEX knock_secret ON knock (secret);
CREATE INDEX knock_by_room ON knock (room, state);
CREATE INDEX knock_by_browser ON knock (browser, state);
CREATE INDEX knock_by_state ON knock (state, seen);
CREATE INDEX knock_by_person ON knock (person);
CREATE INDEX knock_by_answered_by ON knock (answered_by);

-- Room and address stand here as they were called then: the room may be renamed, or gone.
CREATE TABLE meeting (
  id ID NOT NULL PRIMARY KEY,
  room ID REFERENCES room (id) ON DELETE SET NULL,
  room_name TEXT NOT NULL,
  room_address TEXT NOT NULL,
  started INSTANT NOT NULL,
  ended INSTANT,
  media_room TEXT
);
CREATE UNIQUE INDEX meeting_room ON meeting (room) WHERE ended IS NULL;
CREATE INDEX meeting_by_room ON meeting (room, id);
CREATE INDEX meeting_by_media_room ON meeting (media_room) WHERE media_room IS NOT NULL;

-- One stay of one device. "departed", for "left" would have to be quoted wherever it is written.
CREATE TABLE attendance (
  id ID NOT NULL PRIMARY KEY,
  meeting ID NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
  identity TEXT NOT NULL,
  person ID REFERENCES person (id) ON DELETE SET NULL,
  browser BYTES,
  name TEXT NOT NULL,
  device TEXT NOT NULL,
  joined INSTANT NOT NULL,
  departed INSTANT,
  seen INSTANT NOT NULL
);
CREATE UNIQUE INDEX attendance_joined ON attendance (meeting, identity, joined);
CREATE INDEX attendance_by_meeting ON attendance (meeting, id);
CREATE INDEX attendance_by_person ON attendance (person);
CREATE INDEX attendance_open ON attendance (seen) WHERE departed IS NULL;
CREATE INDEX attendance_by_departed ON attendance (departed);

CREATE TABLE chat_message (
  id ID NOT NULL PRIMARY KEY,
  meeting ID NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
  identity TEXT NOT NULL,
  person ID REFERENCES person (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  sent INSTANT NOT NULL
);
CREATE INDEX chat_message_by_meeting ON chat_message (meeting, id);
CREATE INDEX chat_message_by_person ON chat_message (person);
CREATE INDEX chat_message_by_sent ON chat_message (sent);

CREATE TABLE failed_join (
  id ID NOT NULL PRIMARY KEY,
  at INSTANT NOT NULL,
  room ID REFERENCES room (id) ON DELETE SET NULL,
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  cause TEXT NOT NULL,
  device TEXT NOT NULL,
  details TEXT NOT NULL
);
CREATE INDEX failed_join_by_room ON failed_join (room);
CREATE INDEX failed_join_by_at ON failed_join (at);

CREATE TABLE passkey (
  id ID NOT NULL PRIMARY KEY,
  person ID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  credential BYTES NOT NULL,
  data TEXT NOT NULL,
  name TEXT NOT NULL,
  created INSTANT NOT NULL,
  seen INSTANT
);
CREATE UNIQUE INDEX passkey_credential ON passkey (credential);
CREATE INDEX passkey_by_person ON passkey (person);

CREATE TABLE oidc_provider (
  id ID NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  client_secret BYTES NOT NULL,
  scopes TEXT NOT NULL,
  group_claim TEXT,
  group_roles TEXT NOT NULL,
  creates_people FLAG NOT NULL,
  default_role TEXT NOT NULL,
  enabled FLAG NOT NULL,
  created INSTANT NOT NULL
);

CREATE TABLE oidc_identity (
  provider ID NOT NULL REFERENCES oidc_provider (id) ON DELETE CASCADE,
  subject TEXT NOT NULL,
  person ID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  created INSTANT NOT NULL,
  PRIMARY KEY (provider, subject)
);
CREATE INDEX oidc_identity_by_person ON oidc_identity (person);

-- A sign-in by OIDC or passkey between its two steps.
CREATE TABLE ceremony (
  id ID NOT NULL PRIMARY KEY,
  secret BYTES NOT NULL,
  kind TEXT NOT NULL,
  browser BYTES NOT NULL,
  state BYTES NOT NULL,
  created INSTANT NOT NULL
);
CREATE UNIQUE INDEX ceremony_secret ON ceremony (secret);
CREATE INDEX ceremony_by_created ON ceremony (created);

CREATE TABLE webhook (
  id ID NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  secret BYTES NOT NULL,
  events TEXT NOT NULL,
  enabled FLAG NOT NULL,
  created INSTANT NOT NULL
);

CREATE TABLE delivery (
  id ID NOT NULL PRIMARY KEY,
  webhook ID NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  event TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts NUMBER NOT NULL,
  status NUMBER,
  answer TEXT,
  created INSTANT NOT NULL,
  delivered INSTANT
);
CREATE INDEX delivery_by_webhook ON delivery (webhook, id);
CREATE INDEX delivery_by_created ON delivery (created);

-- What was made under whose idempotency key; forgotten after a day.
CREATE TABLE idempotency (
  person ID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  key_digest BYTES NOT NULL,
  request BYTES NOT NULL,
  made ID NOT NULL,
  created INSTANT NOT NULL,
  PRIMARY KEY (person, key_digest)
);
CREATE INDEX idempotency_by_created ON idempotency (created);

-- Periodic work: of one key, one job waits or runs.
ALTER TABLE job ADD COLUMN key TEXT;
CREATE UNIQUE INDEX job_key ON job (key) WHERE key IS NOT NULL;

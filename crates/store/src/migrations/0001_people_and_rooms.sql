-- The organisation, its people and how they sign in, its rooms, and the work that waits.
--
-- One text for both databases: ID, BYTES, INSTANT, NUMBER, BIG and FLAG stand for their types (migrations/mod.rs).
-- A unique index is called table_column: errors are told apart by it. Never change this file: write the next one.

CREATE TABLE organisation (
  id ID NOT NULL PRIMARY KEY,
  only_one NUMBER NOT NULL DEFAULT 1 CHECK (only_one = 1),
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  sign_up TEXT NOT NULL,
  sign_up_domains TEXT NOT NULL,
  legal_notice TEXT,
  privacy_notice TEXT,
  help_contact TEXT,
  created INSTANT NOT NULL
);
CREATE UNIQUE INDEX organisation_only_one ON organisation (only_one);

CREATE TABLE establishment (
  id ID NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  prefix TEXT,
  created INSTANT NOT NULL
);
CREATE UNIQUE INDEX establishment_name ON establishment (name);
CREATE UNIQUE INDEX establishment_prefix ON establishment (prefix);

CREATE TABLE person (
  id ID NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  manages_integrations FLAG NOT NULL,
  establishment ID REFERENCES establishment (id),
  language TEXT NOT NULL,
  active FLAG NOT NULL,
  created INSTANT NOT NULL,
  deactivated INSTANT
);
CREATE UNIQUE INDEX person_email ON person (email);
CREATE INDEX person_by_establishment ON person (establishment);

CREATE TABLE sign_in_code (
  id ID NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  code BYTES NOT NULL,
  browser BYTES NOT NULL,
  network_address BYTES NOT NULL,
  asked INSTANT NOT NULL,
  sent FLAG NOT NULL,
  tries NUMBER NOT NULL,
  used FLAG NOT NULL
);
CREATE INDEX sign_in_code_by_email ON sign_in_code (email, asked);
CREATE INDEX sign_in_code_by_network_address ON sign_in_code (network_address, asked);
CREATE INDEX sign_in_code_by_asked ON sign_in_code (asked);

CREATE TABLE sign_in (
  id ID NOT NULL PRIMARY KEY,
  person ID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  secret BYTES NOT NULL,
  device TEXT NOT NULL,
  created INSTANT NOT NULL,
  seen INSTANT NOT NULL,
  revoked INSTANT
);
CREATE UNIQUE INDEX sign_in_secret ON sign_in (secret);
CREATE INDEX sign_in_by_person ON sign_in (person);

CREATE TABLE invitation (
  id ID NOT NULL PRIMARY KEY,
  secret BYTES NOT NULL,
  purpose TEXT NOT NULL,
  person ID REFERENCES person (id) ON DELETE CASCADE,
  created INSTANT NOT NULL,
  expires INSTANT NOT NULL,
  used INSTANT
);
CREATE UNIQUE INDEX invitation_secret ON invitation (secret);
CREATE INDEX invitation_by_person ON invitation (person);

CREATE TABLE api_key (
  id ID NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  secret BYTES NOT NULL,
  created INSTANT NOT NULL
);
CREATE UNIQUE INDEX api_key_key ON api_key (key);

CREATE TABLE api_token (
  id ID NOT NULL PRIMARY KEY,
  person ID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  secret BYTES NOT NULL,
  scopes TEXT NOT NULL,
  created INSTANT NOT NULL,
  seen INSTANT,
  revoked INSTANT
);
CREATE UNIQUE INDEX api_token_secret ON api_token (secret);
CREATE INDEX api_token_by_person ON api_token (person);

CREATE TABLE room (
  id ID NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  access TEXT NOT NULL,
  owner ID NOT NULL REFERENCES person (id),
  establishment ID REFERENCES establishment (id),
  people_limit NUMBER NOT NULL,
  welcome TEXT,
  created INSTANT NOT NULL
);
CREATE INDEX room_by_owner ON room (owner);
CREATE INDEX room_by_establishment ON room (establishment);

-- What a room's addresses look like: no two rooms share a look, one room may have several addresses of one look.
CREATE TABLE room_look (
  skeleton TEXT NOT NULL PRIMARY KEY,
  room ID NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  UNIQUE (skeleton, room)
);

CREATE TABLE room_address (
  address TEXT NOT NULL PRIMARY KEY,
  skeleton TEXT NOT NULL,
  room ID NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  created INSTANT NOT NULL,
  FOREIGN KEY (skeleton, room) REFERENCES room_look (skeleton, room) ON DELETE CASCADE
);
CREATE INDEX room_address_by_room ON room_address (room);
CREATE UNIQUE INDEX room_address_main ON room_address (room) WHERE kind = 'main';

CREATE TABLE room_host (
  room ID NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  person ID NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  created INSTANT NOT NULL,
  PRIMARY KEY (room, person)
);
CREATE INDEX room_host_by_person ON room_host (person);

-- Names nobody by reference: what was done stays known when the person or room is gone.
CREATE TABLE audit_entry (
  id ID NOT NULL PRIMARY KEY,
  at INSTANT NOT NULL,
  person ID,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id ID,
  details TEXT NOT NULL
);
CREATE INDEX audit_entry_by_subject ON audit_entry (subject_id);

CREATE TABLE mail (
  id ID NOT NULL PRIMARY KEY,
  recipient TEXT NOT NULL,
  language TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload BYTES,
  created INSTANT NOT NULL,
  sent INSTANT
);

CREATE TABLE job (
  id ID NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  due INSTANT NOT NULL,
  attempts NUMBER NOT NULL,
  fence BIG NOT NULL,
  leased_until INSTANT,
  worker TEXT,
  trouble TEXT,
  created INSTANT NOT NULL
);
CREATE INDEX job_by_due ON job (state, due);

-- The value under which the key file is recognised.
CREATE TABLE secret_check (
  id ID NOT NULL PRIMARY KEY,
  value BYTES NOT NULL
);

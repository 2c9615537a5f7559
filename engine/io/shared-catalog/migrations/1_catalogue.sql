-- Up Migration

-- Every table belongs to one of four kinds, by which column Citus would distribute it; docs/scaling.md says why.
--   by content hash: contents, analyses, blocks, sections, tracks    (a track's row lies beside all that is known of it)
--   by track id:     track_hashes                                    (which content a track has)
--   by path:         track_paths, skipped                            (which track is at a path)
--   everywhere:      folders, spaces                                 (few rows, copied to every shard)
-- The key of distribution is part of every primary key, and every foreign key stays within a shard.

CREATE SEQUENCE track_ids;
CREATE SEQUENCE revisions;

CREATE TABLE folders (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	path text COLLATE "C" NOT NULL,
	reachable boolean NOT NULL DEFAULT true,
	PRIMARY KEY (team, path)
);

-- How wide the vectors of a space are.
CREATE TABLE spaces (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	space text NOT NULL,
	dimensions integer NOT NULL,
	PRIMARY KEY (team, space)
);

-- What is known of a content, however many files hold it.
CREATE TABLE contents (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	hash text COLLATE "C" NOT NULL,
	analysis_version integer NOT NULL,
	duration double precision NOT NULL,
	tempo double precision NOT NULL,
	tempo_confidence double precision NOT NULL,
	loudness double precision NOT NULL,
	labels text[] NOT NULL,
	vocals double precision NOT NULL,
	PRIMARY KEY (team, hash)
);

-- The bytes of an analysis file. Apart from contents, so that looking through those reads none of this. Quantised bytes
-- hardly compress, so they are stored as they are.
CREATE TABLE analyses (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	hash text COLLATE "C" NOT NULL,
	bytes bytea NOT NULL,
	PRIMARY KEY (team, hash),
	FOREIGN KEY (team, hash) REFERENCES contents ON DELETE CASCADE
);
ALTER TABLE analyses ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- A content's sections in one space; their revision differs whenever they do.
CREATE TABLE blocks (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	hash text COLLATE "C" NOT NULL,
	space text NOT NULL,
	revision bigint NOT NULL DEFAULT nextval('revisions'),
	starts double precision[] NOT NULL,
	ends double precision[] NOT NULL,
	PRIMARY KEY (team, hash, space),
	FOREIGN KEY (team, hash) REFERENCES contents ON DELETE CASCADE
);

CREATE TABLE sections (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	hash text COLLATE "C" NOT NULL,
	space text NOT NULL,
	position integer NOT NULL,
	vector vector NOT NULL,
	PRIMARY KEY (team, hash, space, position),
	FOREIGN KEY (team, hash, space) REFERENCES blocks ON DELETE CASCADE
);

CREATE TABLE tracks (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	hash text COLLATE "C" NOT NULL,
	id bigint NOT NULL,
	path text COLLATE "C" NOT NULL,
	folder text COLLATE "C" NOT NULL,
	size bigint NOT NULL,
	modified double precision NOT NULL,
	title text NOT NULL,
	artist text,
	album text,
	licence text,
	has_cover boolean NOT NULL,
	words tsvector NOT NULL,
	PRIMARY KEY (team, hash, id),
	FOREIGN KEY (team, hash) REFERENCES contents,
	FOREIGN KEY (team, folder) REFERENCES folders
);
CREATE INDEX tracks_folder ON tracks (team, folder, path);
CREATE INDEX tracks_path ON tracks (team, path);

CREATE TABLE track_hashes (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	id bigint NOT NULL,
	hash text COLLATE "C" NOT NULL,
	PRIMARY KEY (team, id)
);

CREATE TABLE track_paths (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	path text COLLATE "C" NOT NULL,
	id bigint NOT NULL,
	hash text COLLATE "C" NOT NULL,
	PRIMARY KEY (team, path)
);

CREATE TABLE skipped (
	team text NOT NULL DEFAULT current_setting('segue.team'),
	path text COLLATE "C" NOT NULL,
	folder text COLLATE "C" NOT NULL,
	size bigint NOT NULL,
	modified double precision NOT NULL,
	code text NOT NULL,
	detail text NOT NULL,
	PRIMARY KEY (team, path),
	FOREIGN KEY (team, folder) REFERENCES folders
);

-- A connection sees the rows of the team that it names, and no others. One that names none gets an error, not everything.
DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['folders', 'spaces', 'contents', 'analyses', 'blocks', 'sections', 'tracks',
		'track_hashes', 'track_paths', 'skipped']
	LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
		EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
		EXECUTE format($policy$CREATE POLICY team ON %I USING (team = current_setting('segue.team'))$policy$, name);
	END LOOP;
END
$$;

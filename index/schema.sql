-- One SQLite file is the truth; the FAISS index beside it is derived from chunk.embedding.
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL,       -- what the article is called among those of its source
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    text TEXT NOT NULL,
    characters INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    added TEXT NOT NULL,           -- when it was indexed, ISO 8601, UTC
    extra TEXT NOT NULL            -- JSON: metadata, headings, page_starts
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS article_source ON article (source, source_id);
CREATE INDEX IF NOT EXISTS article_content ON article (content_hash);

CREATE TABLE IF NOT EXISTS chunk (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- id in FAISS, rowid in chunk_terms; never used again
    id TEXT NOT NULL UNIQUE,
    article_id TEXT,               -- NULL for a document added without an article
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    metadata TEXT NOT NULL,        -- JSON of a LangChain document
    embedding BLOB NOT NULL        -- little-endian float32, L2-normalised
);
CREATE INDEX IF NOT EXISTS chunk_article ON chunk (article_id);

-- Vectors of the model that a rebuild is changing to; empty when none is under way.
CREATE TABLE IF NOT EXISTS rebuilt (key INTEGER PRIMARY KEY, embedding BLOB NOT NULL);

CREATE VIRTUAL TABLE IF NOT EXISTS chunk_terms
    USING fts5 (terms, tokenize = 'porter unicode61 remove_diacritics 2');

-- One SQLite file is the truth; the FAISS index beside it is derived from chunk.embedding.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE article (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    text TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    extra TEXT NOT NULL            -- JSON: metadata, headings, page_starts
) WITHOUT ROWID;

CREATE TABLE chunk (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- id in FAISS, rowid in chunk_terms; never used again
    id TEXT NOT NULL UNIQUE,
    article_id TEXT,               -- NULL for a document added without an article
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    metadata TEXT NOT NULL,        -- JSON of a LangChain document
    embedding BLOB NOT NULL        -- little-endian float32, L2-normalised
);
CREATE INDEX chunk_article ON chunk (article_id);

CREATE VIRTUAL TABLE chunk_terms USING fts5 (terms, tokenize = 'porter unicode61 remove_diacritics 2');

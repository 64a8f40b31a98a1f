//! All mail bytes, compressed, by SHA-256.

use sha2::{Digest, Sha256};
use sqlx::QueryBuilder;

use super::{StoreError, StoreResult, View, Work, on_db};

/// Compression level: fast, and mail has little to gain from more.
const LEVEL: i32 = 1;

/// Bytes made ready to keep: hashed and compressed outside of any transaction.
#[derive(Clone, Debug)]
pub struct Packed {
    /// SHA-256 of the bytes as received.
    pub sha256: [u8; 32],
    /// Their length.
    pub size: i64,
    body: Vec<u8>,
}

impl Packed {
    /// Hashes and compresses.
    ///
    /// # Errors
    /// When the compressor has no memory.
    pub fn new(bytes: &[u8]) -> StoreResult<Self> {
        let body = zstd::bulk::compress(bytes, LEVEL).map_err(StoreError::Blob)?;
        Ok(Self { sha256: Sha256::digest(bytes).into(), size: i64::try_from(bytes.len()).unwrap_or(i64::MAX), body })
    }
}

/// Keeps bytes; known bytes are left as they are.
///
/// # Errors
/// When the database does not answer or is full.
pub async fn keep(work: &mut Work, packed: &Packed) -> StoreResult<()> {
    keep_all(work, [packed]).await
}

/// Keeps the bytes of a batch in one statement.
pub(super) async fn keep_all<'a>(work: &mut Work, batch: impl IntoIterator<Item = &'a Packed>) -> StoreResult<()> {
    on_db!(work, c => {
        let mut query = QueryBuilder::new("INSERT INTO blob (sha256, size, body) ");
        query.push_values(batch, |mut row, packed| {
            row.push_bind(&packed.sha256[..]).push_bind(packed.size).push_bind(&packed.body[..]);
        });
        query.push(" ON CONFLICT (sha256) DO NOTHING");
        query.build().persistent(false).execute(c).await.map(drop)
    })?;
    Ok(())
}

/// Kept bytes as they were received.
///
/// # Errors
/// When the database does not answer or the bytes are damaged.
pub async fn load(view: &mut View, sha256: &[u8]) -> StoreResult<Option<Vec<u8>>> {
    let row: Option<(i64, Vec<u8>)> = on_db!(view, c => sqlx::query_as("SELECT size, body FROM blob WHERE sha256 = $1")
        .bind(sha256).fetch_optional(c).await)?;
    row.map(|(size, body)| unpack(size, &body)).transpose()
}

fn unpack(size: i64, body: &[u8]) -> StoreResult<Vec<u8>> {
    zstd::bulk::decompress(body, usize::try_from(size).unwrap_or(0)).map_err(StoreError::Blob)
}

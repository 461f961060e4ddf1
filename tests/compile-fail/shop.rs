//! An implementation of the API that the cases add their handlers to.

use stacklets_server::runtime::{Api, Credentials, MemoryStore, ReadTx, Record, Unauthenticated};

pub struct Shop;

impl Api for Shop {
    type Store = MemoryStore;
    type Principal = String;

    async fn authenticate(
        &self,
        _tx: &ReadTx<MemoryStore>,
        _credentials: &Credentials,
    ) -> Result<String, Unauthenticated> {
        Ok("ada".to_owned())
    }

    fn rate_key(&self, principal: &String) -> String {
        principal.clone()
    }
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Visits(pub u64);

impl Record for Visits {
    const TABLE: &'static str = "visits";
}

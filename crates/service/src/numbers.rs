//! The numbers of objects. The service counts its own from 1; those from 1000000000 belong to
//! clients, so that a number picked by a client is never one that the service is about to give out.

use methodical_server::wire::Place;
use methodical_server::{Fault, Store, WriteTx};

use crate::problems::{Kind, Mistakes};

/// The first number that a client may choose.
pub(crate) const FIRST_OF_CLIENTS: u64 = 1_000_000_000;

/// The next number of the service's own. Accounts share the sequence: what is counted by one tells
/// another little, and a number then names one object of the service in all of them.
pub(crate) async fn next<S: Store>(tx: &mut WriteTx<S>, sequence: &'static str) -> Result<u64, Fault> {
    let number = tx.next_number(sequence).await?;
    if number < FIRST_OF_CLIENTS {
        Ok(number)
    } else {
        Err(Fault::Other { detail: format!("the service's own numbers of `{sequence}` are used up") })
    }
}

/// Notes the mistake of a PUT that would create under a number of the service's.
pub(crate) fn check_creation(id: u64, what: &str, mistakes: &mut Mistakes) {
    if id < FIRST_OF_CLIENTS {
        let detail = format!("There is no {what} {id}, and a PUT creates only from {FIRST_OF_CLIENTS} upwards.");
        let pointer = "/id".to_owned();
        mistakes.add(Kind::IdentifierReserved, Place::Path, pointer, detail);
    }
}

//! What stacklets refer to by name or number, and may lose.

use methodical_server::{Cx, Fault, Lookup as _, Window, WriteTx};
use stacklets_server::types::Stacklet;

use super::stacklets::StackletRecord;
use super::{all_owned, owned};
use crate::access::Account;
use crate::store::EmbeddedStore;

/// Something that a stacklet may refer to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reference<'a> {
    Tag(&'a str),
    SshKey(u64),
}

impl Reference<'_> {
    pub(super) fn is_in(self, stacklet: &Stacklet) -> bool {
        match self {
            Reference::Tag(name) => stacklet.tags.iter().flatten().any(|tag| tag == name),
            Reference::SshKey(id) => stacklet.ssh_keys.iter().flatten().any(|key| *key == id),
        }
    }

    fn leave(self, stacklet: &mut Stacklet) {
        match self {
            Reference::Tag(name) => stacklet.tags.iter_mut().for_each(|tags| {
                tags.retain(|tag| tag != name);
            }),
            Reference::SshKey(id) => stacklet.ssh_keys.iter_mut().for_each(|keys| {
                keys.retain(|key| *key != id);
            }),
        }
    }

    /// Takes the reference out of all stacklets of the account, in the unit of work that removes
    /// what it leads to: nobody sees one without the other.
    pub(super) async fn detach(self, tx: &mut WriteTx<EmbeddedStore>, cx: &Cx<Account>) -> Result<(), Fault> {
        let refers = |record: &StackletRecord| self.is_in(&record.0);
        let found = tx.select(&all_owned(cx), Window::whole(), refers).await?;
        for stored in found.records {
            let mut record = stored.into_record();
            self.leave(&mut record.0);
            tx.put(&owned(cx, record.0.id), record).await?;
        }
        Ok(())
    }
}

//! What stacklets alone refer to, and may lose: the other side knows nothing of it.

use methodical_server::wire::Uuid;
use methodical_server::{Cx, Fault, Lookup as _, Window, WriteTx};
use stacklets_server::types::Stacklet;

use super::stacklets::StackletRecord;
use super::{all_owned, owned};
use crate::access::Caller;
use crate::store::Database;

/// Something that a stacklet may refer to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reference<'a> {
    SshKey(u64),
    Tag(&'a str),
    Userdata(Uuid),
    Vpc(Uuid),
}

impl Reference<'_> {
    pub(super) fn is_in(self, stacklet: &Stacklet) -> bool {
        match self {
            Reference::SshKey(id) => stacklet.ssh_keys.iter().flatten().any(|key| *key == id),
            Reference::Tag(name) => stacklet.tags.iter().flatten().any(|tag| tag == name),
            Reference::Userdata(uuid) => stacklet.userdata_uuid.flatten() == Some(uuid),
            Reference::Vpc(uuid) => stacklet.vpc_uuid.flatten() == Some(uuid),
        }
    }

    fn leave(self, stacklet: &mut Stacklet) {
        match self {
            Reference::SshKey(id) => stacklet.ssh_keys.iter_mut().for_each(|keys| {
                keys.retain(|key| *key != id);
            }),
            Reference::Tag(name) => stacklet.tags.iter_mut().for_each(|tags| {
                tags.retain(|tag| tag != name);
            }),
            Reference::Userdata(_) => stacklet.userdata_uuid = Some(None),
            Reference::Vpc(_) => stacklet.vpc_uuid = Some(None),
        }
    }

    /// Takes the reference out of all stacklets of the account, in the unit of work that removes
    /// what it leads to: nobody sees one without the other.
    pub(super) async fn detach(self, tx: &mut WriteTx<Database>, cx: &Cx<Caller>) -> Result<(), Fault> {
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

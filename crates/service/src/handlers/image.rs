//! What disks are made from: images of the catalogues, and the account's own snapshots and backups.

use methodical_server::{Fault, Lookup, Window, WriteTx};
use stacklets_server::types::{ImageReference, Stacklet};

use super::backups::BackupRecord;
use super::snapshots::SnapshotRecord;
use super::stacklets::StackletRecord;
use super::{all_owned_by, owned_by};
use crate::catalogue;
use crate::problems::Mistakes;
use crate::store::Database;

/// Snapshots and backups are numbered in one sequence, so that a number alone tells which is meant.
pub(super) const SEQUENCE: &str = "images";

/// What of a snapshot or backup decides where it can be put.
struct OwnImage {
    what: &'static str,
    regions: Vec<String>,
    disk_size: u64,
}

/// What is to be made from an image, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use<'a> {
    /// The member of the body that names the image.
    pub(super) pointer: &'a str,
    pub(super) region: &'a str,
    pub(super) size: &'a str,
    /// The disk in bytes; unknown where the size is.
    pub(super) disk: Option<u64>,
}

/// Notes what is wrong with an image for this use.
pub(super) async fn check(
    tx: &impl Lookup,
    account: &str,
    image: &ImageReference,
    wanted: Use<'_>,
    mistakes: &mut Mistakes,
) -> Result<(), Fault> {
    match image {
        ImageReference::Slug(slug) => {
            check_catalogue(slug, wanted, mistakes);
            Ok(())
        }
        ImageReference::Number(id) => check_own(tx, account, *id, wanted, mistakes).await,
    }
}

fn check_catalogue(slug: &str, wanted: Use<'_>, mistakes: &mut Mistakes) {
    let Some(image) = catalogue::find_image(slug) else {
        return mistakes.add_missing(wanted.pointer.to_owned(), format!("There is no image `{slug}`."));
    };
    if !image.available {
        mistakes.add_unfit(wanted.pointer.to_owned(), format!("The image `{slug}` is not available any more."));
    } else if wanted.disk.is_some() && !image.sizes.iter().any(|size| size == wanted.size) {
        let detail = format!("The size `{}` cannot run the image `{slug}`.", wanted.size);
        mistakes.add_unfit(wanted.pointer.to_owned(), detail);
    }
}

/// Notes what is wrong with a new size for this stacklet: it has to hold the disk, which never shrinks, and to run the
/// image. So what the stacklet shows afterwards can be put back.
pub(super) fn check_resize(stacklet: &Stacklet, slug: &str, mistakes: &mut Mistakes) {
    let pointer = || "/size".to_owned();
    let Some(size) = catalogue::find_size(slug) else {
        return mistakes.add_missing(pointer(), format!("There is no size `{slug}`."));
    };
    if size.disk < stacklet.disk {
        let detail = format!("The disk has {} bytes, which is more than that of the size `{slug}`.", stacklet.disk);
        mistakes.add_unfit(pointer(), detail);
    }
    if let ImageReference::Slug(image) = &stacklet.image
        && catalogue::find_image(image).is_some_and(|image| !image.sizes.contains(&size.slug))
    {
        mistakes.add_unfit(pointer(), format!("The size `{slug}` cannot run the image `{image}`."));
    }
}

/// Notes what is wrong with a snapshot or backup for this use.
pub(super) async fn check_own(
    tx: &impl Lookup,
    account: &str,
    id: u64,
    wanted: Use<'_>,
    mistakes: &mut Mistakes,
) -> Result<(), Fault> {
    let pointer = wanted.pointer.to_owned();
    let Some(OwnImage { what, regions, disk_size }) = find_own(tx, account, id).await? else {
        mistakes.add_missing(pointer, format!("There is no snapshot or backup {id}."));
        return Ok(());
    };
    if !regions.iter().any(|region| region == wanted.region) {
        mistakes.add_unfit(pointer, format!("The {what} {id} is not in the region `{}`.", wanted.region));
    } else if wanted.disk.is_some_and(|disk| disk < disk_size) {
        mistakes.add_unfit(pointer, format!("The {what} {id} needs a disk of {disk_size} bytes."));
    }
    Ok(())
}

async fn find_own(tx: &impl Lookup, account: &str, id: u64) -> Result<Option<OwnImage>, Fault> {
    if let Some(stored) = tx.get::<SnapshotRecord>(&owned_by(account, id)).await? {
        let snapshot = stored.into_record().0;
        return Ok(Some(OwnImage { what: "snapshot", regions: snapshot.regions, disk_size: snapshot.disk_size }));
    }
    let backup = tx.get::<BackupRecord>(&owned_by(account, id)).await?;
    Ok(backup.map(|stored| {
        let backup = stored.into_record().0;
        OwnImage { what: "backup", regions: backup.regions, disk_size: backup.disk_size }
    }))
}

/// Is there a snapshot or backup of this number?
pub(super) async fn is_there(tx: &impl Lookup, account: &str, id: u64) -> Result<bool, Fault> {
    Ok(find_own(tx, account, id).await?.is_some())
}

/// A stacklet that is made from this snapshot or backup, if there is one.
pub(super) async fn user_of(tx: &WriteTx<Database>, account: &str, id: u64) -> Result<Option<u64>, Fault> {
    let uses = |record: &StackletRecord| record.0.image == ImageReference::Number(id);
    let one = Window { skip: 0, limit: 1 };
    let found = tx.select(&all_owned_by(account), one, uses).await?;
    Ok(found.records.first().map(|record| record.0.id))
}

/// How much a copy of this stacklet's disk holds, in bytes. There is no disk to measure: a twentieth of it is taken to
/// be full.
pub(super) fn measure(stacklet: &Stacklet) -> u64 {
    stacklet.disk / 20
}

/// Bytes as gigabytes, to two places.
pub(super) fn gigabytes(bytes: u64) -> f64 {
    let hundredths = bytes / 10_000_000;
    // A number below 2^53 for every disk there is.
    hundredths as f64 / 100.0
}

//! Resources: a collection path and an item path with one more parameter.

use crate::{Name, OperationId};

/// An index into [`Api::resources`](crate::Api::resources).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub(crate) u32);

impl ResourceId {
    /// The position in [`Api::resources`](crate::Api::resources).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A resource, read from paths and methods, or from `x-semantics.resource`.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name in the singular.
    pub name: Name,
    /// The collection's path, if there is one.
    pub collection: Option<String>,
    /// The item's path.
    pub item: String,
    /// The item path's last parameter: the identifier, by wire name.
    pub id_parameter: String,
    /// JSON pointer to the identifier in the body that reading the item returns, if it is there.
    pub id_pointer: Option<String>,
    /// GET on the collection.
    pub list: Option<OperationId>,
    /// POST on the collection.
    pub create: Option<OperationId>,
    /// GET on the item.
    pub get: Option<OperationId>,
    /// PUT on the item.
    pub put: Option<OperationId>,
    /// DELETE on the item.
    pub delete: Option<OperationId>,
}

//! What webhooks and callbacks have that other operations have not: the URL of whoever receives them.

use methodical_model::Receiver;
use proc_macro2::TokenStream;
use quote::quote;

use super::Expander;

impl Expander<'_> {
    /// That its calls go to receivers, and of a callback where the URL is found.
    pub(super) fn expand_delivered(&self) -> Option<TokenStream> {
        let receiver = self.operation.receiver.as_ref()?;
        let (marker, delivered) = (&self.names.marker, self.runtime("Delivered"));
        Some(match receiver {
            Receiver::Webhook { .. } => quote!(impl #delivered for #marker {}),
            Receiver::Callback { url, .. } => {
                let callback = self.runtime("Callback");
                quote! {
                    impl #delivered for #marker {}

                    impl #callback for #marker {
                        const URL: &'static str = #url;
                    }
                }
            }
        })
    }
}

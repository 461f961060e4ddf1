//! Webhooks and callbacks: calls that go to whoever registered for them, or asked to be called back.

use methodical_wire::{Expression, ExpressionError, Occasion};

use crate::base_url::{BaseUrl, BaseUrlError};
use crate::call::Call;
use crate::operation::{Effect, Operation};

/// The operation is one of receivers: each has a URL of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a webhook nor a callback: it goes to the API's server alone"
)]
pub trait Delivered: Operation {}

/// A callback: the request that it belongs to says where it goes.
#[diagnostic::on_unimplemented(message = "`{Self}` is no callback: no request says where it goes")]
pub trait Callback: Delivered {
    /// The URL: text, with runtime expressions in braces.
    const URL: &'static str;

    /// Where it goes that a request asked for.
    ///
    /// # Errors
    /// If the request does not say it, or what it says is no `https` URL.
    fn receiver(occasion: &Occasion) -> Result<BaseUrl, ReceiverError> {
        let url = Expression::fill(Self::URL, occasion)?;
        Ok(BaseUrl::receiver(&url)?)
    }
}

/// No URL to call back to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiverError {
    /// The request does not say it.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    /// It is none that may be called.
    #[error(transparent)]
    Url(#[from] BaseUrlError),
}

impl<Op: Delivered, E: Effect> Call<Op, E> {
    /// Sends it to this URL, as it is ([`BaseUrl::receiver`]), and not below the client's base URL.
    pub fn to(self, receiver: &BaseUrl) -> Self {
        self.sent_to(receiver.clone())
    }

    /// Sends it where a request asked for it.
    ///
    /// # Errors
    /// As [`Callback::receiver`].
    pub fn back_to(self, occasion: &Occasion) -> Result<Self, ReceiverError>
    where
        Op: Callback,
    {
        Ok(self.sent_to(Op::receiver(occasion)?))
    }
}

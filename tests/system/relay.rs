//! A relay between a client and the service that loses answers when told to: the request arrives and
//! takes effect, and the client never hears of it. Bytes only; TLS goes through untouched.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::Service;

/// Longer than the service takes to carry a request out.
const ENOUGH: Duration = Duration::from_millis(300);

/// A relay that is running, until the runtime of its test ends.
pub(crate) struct Relay {
    address: SocketAddr,
    loses: Arc<AtomicBool>,
}

impl Relay {
    /// A relay to this service.
    pub(crate) async fn start(service: &Service) -> Relay {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        let (loses, to) = (Arc::new(AtomicBool::new(false)), service.address);
        let relay = Relay { address, loses: loses.clone() };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(to).await else {
                    return;
                };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(forward(from_client, to_server, None));
                tokio::spawn(forward(from_server, to_client, Some(loses.clone())));
            }
        });
        relay
    }

    /// The port that clients are to use instead of the service's own.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The next answer is lost, and the connection with it. There has to be a connection already:
    /// otherwise it is the handshake that gets lost.
    pub(crate) fn lose_next_answer(&self) {
        self.loses.store(true, Ordering::SeqCst);
    }
}

/// Bytes of one direction, until either end closes or the answer is to be lost.
async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, loses: Option<Arc<AtomicBool>>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if loses.as_ref().is_some_and(|loses| loses.swap(false, Ordering::SeqCst)) {
            tokio::time::sleep(ENOUGH).await;
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

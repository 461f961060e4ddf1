//! A database that goes away and comes back: until then nothing is answered as if it had been done, and afterwards all
//! is as it was.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::watch;

use crate::harness::{Home, PATIENCE};
use crate::observe;
use crate::raw::{Connection, Request};

/// The name that PostgreSQL gives its socket in a folder.
const SOCKET: &str = ".s.PGSQL.5432";

/// Stands between the service and its database, and can be cut.
struct Cable {
    folder: TempDir,
    cut: Arc<AtomicBool>,
    /// Changes when what is connected is to be cut.
    end: watch::Sender<()>,
}

/// Where a database listens.
#[derive(Clone)]
enum Place {
    Socket(PathBuf),
    Address(String),
}

impl Place {
    /// Of a URL: `postgres://user@place/name`, where the folder of a socket is percent-encoded.
    fn of(url: &str) -> Place {
        let authority = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).expect("an authority");
        let host = authority.rsplit('@').next().expect("a host");
        match host.contains("%2F") {
            true => Place::Socket(Path::new(&host.replace("%2F", "/")).join(SOCKET)),
            false if host.contains(':') => Place::Address(host.to_owned()),
            false => Place::Address(format!("{host}:5432")),
        }
    }
}

impl Cable {
    /// A cable to the database of this URL, and the URL that leads over it.
    fn lay(url: &str) -> (Cable, String) {
        let folder = tempfile::Builder::new().prefix("cable-").tempdir().expect("a temporary folder");
        let listener = UnixListener::bind(folder.path().join(SOCKET)).expect("a socket");
        let (cut, end, place) = (Arc::new(AtomicBool::new(false)), watch::Sender::new(()), Place::of(url));
        let cable = Cable { folder, cut: Arc::clone(&cut), end: end.clone() };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if !cut.load(Ordering::SeqCst) {
                    tokio::spawn(connect(stream, place.clone(), end.subscribe()));
                }
            }
        });
        let (before, rest) = url.split_once("://").expect("a URL");
        let (authority, after) = rest.split_once('/').expect("the name of a database");
        let user = authority.split_once('@').map_or("", |(user, _)| user);
        let host = cable.folder.path().display().to_string().replace('/', "%2F");
        let url = format!("{before}://{user}@{host}/{after}");
        (cable, url)
    }

    fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        self.end.send_replace(());
    }

    fn mend(&self) {
        self.cut.store(false, Ordering::SeqCst);
    }
}

async fn connect(mut stream: UnixStream, place: Place, mut end: watch::Receiver<()>) {
    let work = async {
        match place {
            Place::Socket(path) => {
                let mut server = UnixStream::connect(path).await.expect("a database");
                copy_bidirectional(&mut stream, &mut server).await
            }
            Place::Address(address) => {
                let mut server = TcpStream::connect(address).await.expect("a database");
                copy_bidirectional(&mut stream, &mut server).await
            }
        }
    };
    tokio::select! {
        _ = work => {}
        _ = end.changed() => {}
    }
}

/// Waits until the service says that it is, or is not, ready.
async fn until_ready(observed: std::net::SocketAddr, status: u16) {
    let began = Instant::now();
    while observe::ask(observed, "/readyz").is_none_or(|(found, _)| found != status) {
        assert!(began.elapsed() < PATIENCE, "expected /readyz to become {status}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

// Shows: META-ACCESS-INFO, FAILED-WRITE-NO-EFFECT
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_is_a_503_until_it_is_back() {
    let Some(home) = Home::on_postgres("a_database_that_is_away_is_a_503_until_it_is_back") else {
        return;
    };
    let (cable, url) = Cable::lay(home.store().expect("a store on PostgreSQL"));
    let service = home.start(&["--store", &url, "--observe-listen", "127.0.0.1:0"]);
    let observed = observe::observed_at(&service);
    until_ready(observed, 200).await;
    let mut connection = Connection::open(&service).await;
    let before = Request::new("PUT", "/tags/before").json(&json!({}));
    connection.send(&before).await.expect(201);

    cable.cut();
    until_ready(observed, 503).await;
    let (_, report) = observe::ask(observed, "/readyz").expect("an answer");
    assert!(report.contains(r#""store":{"ok":false"#) && report.contains(r#""shutdown":{"ok":true"#), "{report}");
    assert_eq!(observe::ask(observed, "/livez").map(|(status, _)| status), Some(200), "alive without it");
    for (method, path) in [("GET", "/tags/before"), ("DELETE", "/tags/before"), ("GET", "/no-such-path")] {
        connection.send(&Request::new(method, path)).await.expect_problem(503);
    }
    connection.send(&Request::new("PUT", "/tags/during").json(&json!({}))).await.expect_problem(503);
    connection.send(&Request::new("HEAD", "/tags")).await.expect(503);

    cable.mend();
    until_ready(observed, 200).await;
    connection.send(&Request::new("GET", "/tags/before")).await.expect(200);
    connection.send(&Request::new("GET", "/tags/during")).await.expect_problem(404);
    connection.send(&Request::new("PUT", "/tags/after").json(&json!({}))).await.expect(201);
}

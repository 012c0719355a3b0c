//! The control socket: by it `abide-web code` asks the running gateway for a new address with a code.
//!
//! A Unix socket of mode 0600 in the runtime folder, named for the port. Only the same user may speak on it.
//! One line each way: `code`, and the address, or `error: …`.

use crate::gateway::Gateway;
use crate::limits::{CONTROL_LINE_BYTES_MAX, CONTROL_SECONDS_MAX};
use crate::places;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

/// The socket file; removed when the gateway ends.
#[derive(Debug)]
pub struct Control {
    path: PathBuf,
    listener: Option<UnixListener>,
}

fn socket_path(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!("web-{port}.sock"))
}

impl Control {
    /// Opens the control socket of the gateway on `port`. A file left by one that was killed makes room:
    /// two gateways can't have one port.
    ///
    /// # Errors
    /// When the runtime folder is not ours alone or the socket can't be made.
    pub fn open(port: u16) -> io::Result<Control> {
        let path = socket_path(&places::make_runtime_folder()?, port);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        Ok(Control { path, listener: Some(listener) })
    }

    /// Answers until the gateway ends.
    pub fn serve(&mut self, gateway: Arc<Gateway>) {
        let Some(listener) = self.listener.take() else { return };
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    // Out of descriptors, most likely: leave others the time to close some.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
                // One at a time: nothing here takes long.
                let exchange = answer(stream, &gateway);
                if let Ok(Err(e)) = timeout(Duration::from_secs(CONTROL_SECONDS_MAX), exchange).await {
                    log::warn!("control socket: {e}");
                }
            }
        });
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

async fn answer(mut stream: UnixStream, gateway: &Gateway) -> io::Result<()> {
    if stream.peer_cred()?.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("another user knocked"));
    }
    let (read, mut write) = stream.split();
    let mut line = String::new();
    tokio::io::BufReader::new(read.take(CONTROL_LINE_BYTES_MAX)).read_line(&mut line).await?;
    let answer = match line.trim_end() {
        "code" => {
            log::info!("a new sign-in address was asked for");
            gateway.address_with_code()?
        }
        _ => "error: not understood; is this gateway of another version?".to_owned(),
    };
    write.write_all(format!("{answer}\n").as_bytes()).await
}

/// Asks the gateway on `port` (or the only one there is) for a new address with a code.
///
/// # Errors
/// One line: no gateway, several, or what it answered.
pub fn ask_code(port: Option<u16>) -> Result<String, String> {
    let folder = places::runtime_folder();
    let sockets = match port {
        Some(port) => vec![socket_path(&folder, port)],
        None => running(&folder),
    };
    let socket = match sockets.as_slice() {
        [] => return Err("no gateway runs; start one with abide web".to_owned()),
        [one] => one,
        _ => return Err("several gateways run: say which with --listen ADDR".to_owned()),
    };
    let answer = exchange(socket).map_err(|e| format!("no gateway answers at {}: {e}", socket.display()))?;
    match answer.strip_prefix("error: ") {
        Some(error) => Err(error.to_owned()),
        None => Ok(answer),
    }
}

fn running(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_socket = |path: &PathBuf| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let port = name.strip_prefix("web-").and_then(|n| n.strip_suffix(".sock"));
        // One that was killed has left its file behind, and nobody listens there.
        port.is_some() && std::os::unix::net::UnixStream::connect(path).is_ok()
    };
    entries.filter_map(|e| e.ok().map(|e| e.path())).filter(is_socket).collect()
}

fn exchange(socket: &Path) -> io::Result<String> {
    let limit = Some(Duration::from_secs(CONTROL_SECONDS_MAX));
    let mut stream = std::os::unix::net::UnixStream::connect(socket)?;
    stream.set_read_timeout(limit)?;
    stream.set_write_timeout(limit)?;
    stream.write_all(b"code\n")?;
    let mut line = String::new();
    BufReader::new(stream.take(CONTROL_LINE_BYTES_MAX)).read_line(&mut line)?;
    if !line.ends_with('\n') {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "no answer"));
    }
    Ok(line.trim_end().to_owned())
}

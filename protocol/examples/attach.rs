//! Attaches to a session, types into it and prints its screen:
//! `cargo run -p abide-protocol --example attach -- SOCKET SESSION KEY…`, the keys by tmux's names, such as
//! `l s Enter`. The socket's path is what `abide display-message -p '#{socket_path}'` prints.

use abide_protocol::{client::Client, message::Size};
use std::{error::Error, time::Duration};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [socket, session, keys @ ..] = words.as_slice() else { return Err("SOCKET SESSION KEY…".into()) };
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();

    let mut client = Client::connect(socket)?;
    let screen = client.attach(session, Size { cols: 80, rows: 24 })?;
    client.send_keys(screen, &keys)?;
    client.wait_for_input(Duration::from_secs(5))?;
    // The keys have had their effect; what the program answers to them is the next update, if there is one.
    let before = client.screen(screen).clone();
    let _ = client.wait_for(screen, Duration::from_millis(500), |now| *now != before);
    print!("{}", client.screen(screen).text());
    Ok(())
}

//! Lines by their number, for whoever measures text: through a pty here, in the screen alone in the core's example.

/// Log lines.
pub(crate) fn plain(n: usize) -> String {
    const WHAT: [&str; 4] = ["accepted connection", "request done", "cache miss", "slow query"];
    format!(
        "2026-11-24T12:{:02}:{:02}.{:03}Z INFO worker-{} {} id={} took={}us\n",
        n / 60 % 60,
        n % 60,
        n % 1000,
        n % 16,
        WHAT[n % 4],
        n * 7919,
        n * 31 % 10_000
    )
}

/// Words in a thousand styles in turn.
pub(crate) fn coloured(n: usize) -> String {
    let word = |k: usize| format!("\x1b[{};3{};48;5;{}mword{}\x1b[0m ", k % 3, k % 8, k * 7 % 256, k);
    let mut line: String = (0..6).map(|k| word(n * 6 + k)).collect();
    line.push_str(&format!("\x1b[38;2;{};{};{}mtrue\x1b[39m\n", n % 256, n * 3 % 256, n * 5 % 256));
    line
}

/// One language a line, and clusters.
pub(crate) fn scripts(n: usize) -> String {
    const LINES: [&str; 5] = [
        "日本語の文章がここにあります、端末は二桁で表示します",
        "Съешь же ещё этих мягких французских булок, да выпей чаю",
        "한국어 문장도 두 칸씩 차지합니다 그리고 끝",
        "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich — ✓",
        "e\u{301}a\u{308}o\u{302} 👍🏽 🇩🇪 👨‍👩‍👧 ❤️ done",
    ];
    format!("{n:7} {}\n", LINES[n % LINES.len()])
}

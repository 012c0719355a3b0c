//! Random output of programs, and the grammar of replies.

use abide_core::base::geometry::Size;
use proptest::prelude::*;

/// Sizes from one cell up, small ones mostly: that is where edges are.
pub(crate) fn sizes() -> impl Strategy<Value = Size> {
    prop_oneof![
        6 => (1u16..24, 1u16..10).prop_map(|(cols, rows)| Size::new(cols, rows)),
        1 => (1u16..130, 1u16..40).prop_map(|(cols, rows)| Size::new(cols, rows)),
    ]
}

/// Lengths of pieces.
pub(crate) fn cuts() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(1usize..12, 1..30)
}

fn text(pattern: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    proptest::string::string_regex(pattern).expect("a pattern").prop_map(String::into_bytes)
}

/// Anything a program may write, with every sequence that is obeyed.
pub(crate) fn output() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        8 => text("[ -~]{1,50}"),
        4 => text("[éü漢字한ก─😀👩👍🇩🇪❤e1\u{200d}\u{fe0f}\u{301}\u{20e3}\u{1f3fd}क्षि\u{1112}\u{1161}\u{11ab}]{1,8}"),
        4 => Just(b"\r\n".to_vec()),
        3 => text("[\x07-\x0f]{1,3}"),
        2 => proptest::collection::vec(any::<u8>(), 1..6),
        6 => text("\x1b\\[[0-9]{0,2}(;[0-9]{0,2}){0,2}[@A-Z`a-z]"),
        5 => text("\x1b\\[[0-9;]{0,3}[ABCDEFGHIJKLMPSTXZ@bdfgr]"),
        4 => text("\x1b\\[(3[0-8]|4[0-8]|0|1|4:3|38;5;[0-9]{1,3}|48;2;[0-9]{1,3};[0-9]{1,3};[0-9]{1,3}|58:2::1:2:3)m"),
        4 => text("\x1b\\[\\?(1|5|6|7|12|25|45|47|66|1000|1002|1003|1004|1006|1047|1048|1049|2004|2026|2031)[hl]"),
        4 => text("\x1b\\[\\?(3|4|40|41|42|45|69|69|69|95|1045|2048)[hl]"),
        3 => text("\x1b\\[[0-9]{1,2};[0-9]{1,2}s"),
        3 => text("\x1b\\[([0-9]{0,2};){4}[0-9]{0,2}[$*]([rtvxz{]|[xy])"),
        1 => text("\x1b\\[2?[0-9]?;?[1-9]?;?[1-9]?;?[1-9]?[$*][xz{]"),
        2 => text("\x1b(\\[[0-2]\"q|[VW69]|\\['][}~]|\\[[0-9] [@A])"),
        1 => text("\x1b\\[[0-9]?#[{}pqPQR]"),
        1 => text("\x1b\\[6[0-6];1\"p"),
        1 => text("\x1b\\](9;(4;[0-5];[0-9]{1,3}|[a-z]{1,5})|99;(d=[01]:)?(p=(title|body))?;[a-z]{0,5}|777;notify;a;b|1337;(CurrentDir=/a|SetUserVar=[a-c]=[ab]{0,2}|CursorShape=[0-3]|ClearScrollback|ReportCellSize|Copy=:YQ==)|22;\\?a(,b)?)\x07"),
        1 => text("\x1b\\[([<>=][0-9]{0,2}(;[1-3])?u|>4(;[0-2])?[mnf])"),
        1 => text("\x1b\\](5;[0-5];(\\?|red)|1[3-9];(\\?|#[0-9a-f]{3})|105|11[0-9])\x1b\\\\"),
        2 => text("\x1b\\[(2|4|12|20)[hl]"),
        2 => text("\x1b([78DEHMNOZc=>no]|#8|[()*+][0AB4CRQKYEZH=]|\\(%6)"),
        2 => text("\x1b\\](0;[a-zé]{0,9}|2;x|7;file://h/[a-z%0-9]{0,9}|8;;https://[a-z]{0,5}|8;;|52;c;[A-Za-z0-9]{0,8}|4;[0-9]{1,3};(\\?|#[0-9a-f]{6})|1[0-2];\\?|104|133;A)(\x07|\x1b\\\\)"),
        1 => text("\x1bP(\\$q(m|r| q)|\\+q(5463|4D73|[0-9A-F]{0,8}))\x1b\\\\"),
        1 => text("\x1b\\[[!-?]{0,3}[0-9;:]{0,6}[ -/]{0,2}[@-~]"),
        1 => text("\x1b(\\[|\\]|P|_|k)?[0-9;]{0,3}"),
        1 => text("(y\r\n){1,60}"),
        6 => pictures(),
    ];
    proptest::collection::vec(token, 1..60).prop_map(|tokens| tokens.concat())
}

/// Strings that bring pictures, place them and delete them, whole and not.
pub(crate) fn pictures() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => text("\x1b_G(a=[tTTTpq],)?(i=[1-3],)?(I=4,)?(p=[12],)?(f=24,)?s=1,v=1(,c=[1-9])?(,r=[1-4])?(,C=1)?(,P=[1-3](,Q=[12])?(,H=-?[0-9])?(,V=-?[0-9])?)?(,m=[01])?(,z=-?[12])?(,U=1)?(,q=[12])?;(AQID|AAAA/w==|AQ|%)\x1b\\\\"),
        1 => text("\x1b_Ga=T,f=24,s=1,v=1,c=[1-9],r=[1-9],C=1;AQID\x1b\\\\"),
        2 => text("\x1b_Ga=d,d=[aAcCpPiInNqQrRxXyYzZfF](,i=[1-3])?(,x=[1-9],y=[1-4])?\x1b\\\\"),
        3 => text("\x1bP[01]?(;[0-2])?q(\"1;1;([1-9]|[1-3][0-9]);([1-9]|[1-4][0-9]))?(#1;2;100;0;0)?[#0-3!?-~$-]{1,30}\x1b\\\\"),
        2 => text("\x1b\\]1337;(File=(inline=1;?)?(width=[1-9](px|%)?;)?(height=[1-9]|height=auto)?(;doNotMoveCursor=1)?:R0lGODlh[AB]gABAA==|MultipartFile=inline=1|FilePart=R0lGODlhBgABAA==|FileEnd)(\x07|\x1b\\\\)"),
        1 => text("\x1b\\[\\?(80|8452)[hl]"),
        1 => text("\x1b\\[38;5;[1-3]m(\u{10eeee}(\u{305}|\u{30d}){0,2}){1,5}"),
        1 => text("\x1b_G(a=T,s=1,v=1|m=[01]|i=1|[a-z,=0-9]{0,9});?[A-D]{0,9}(\x18|\x1b)?"),
    ]
}

/// Lines that scroll by, with an odd thing among them now and then.
pub(crate) fn flood() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        8 => text("[ -~]{1,30}"),
        2 => text(" {1,9}"),
        1 => text("[ -~]{60,180}"),
        3 => text("[éü漢字한ก─😀🎉✓①—]{1,9}"),
        1 => text("[é漢👩❤1#🇩e\u{200d}\u{fe0f}\u{301}\u{20e3}\u{1f3fd}क्षि\u{1112}\u{1161}]{1,5}"),
        1 => text("\t{1,3}"),
        4 => text("\x1b\\[(|0|1|4|7|22|3[0-9]|4[0-9]|97|38;5;[0-9]{1,3}|48;5;[0-9]{1,3}|38;2;[0-9]{1,3};[0-9]{1,3};9)m"),
        2 => text("\x1b\\[(|0|39;49|49|38:2::1:2:3|4:3)m"),
        1 => text("\x1b\\[0?K"),
    ];
    let line = proptest::collection::vec(word, 0..6).prop_map(|words| words.concat());
    let odd = prop_oneof![
        3 => Just(Vec::new()),
        1 => text("[\x07\x08\x0e\x0f\r\x7f]"),
        1 => text("\x1b\\[[0-9]{0,2}[ABCDHJKbGX]"),
        1 => text("\x1b\\[2;5r|\x1b\\[r|\x1b\\[4h|\x1b\\[4l|\x1b\\[\\?7[lh]|\x1b\\[\\?1049[hl]|\x1b7|\x1b8|\x1bc|\x1b\\(0"),
        1 => text("\x1b\\]8;;(https://x)?\x07"),
        1 => proptest::collection::vec(any::<u8>(), 1..4),
        2 => Just(b"\n".to_vec()),
    ];
    let lines = proptest::collection::vec(line, 1..120);
    let part = (lines, odd).prop_map(|(lines, odd)| {
        let mut bytes: Vec<u8> =
            lines.into_iter().flat_map(|line| [line, b"\r\n".to_vec()].concat()).collect();
        bytes.extend(odd);
        bytes
    });
    proptest::collection::vec(part, 1..6).prop_map(|parts| parts.concat())
}

/// Output that asks a lot.
pub(crate) fn queries() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        3 => output(),
        3 => text("\x1b\\[[?>=]?[0-9]{0,3}(;[0-9]{0,3})?[cnqxtS]"),
        2 => text("\x1b\\[([?<>=][0-9]{0,3}(;[1-3])?u|[?>]4(;[0-3])?[mfg])"),
        1 => text("\x1bP\\$q([mrst]| q|>4[mf]|[*$][|]|\"[pq]|[*]x|\\$[}~])\x1b\\\\"),
        2 => text("\x1b\\[\\??[0-9]{1,6}\\$p"),
        2 => text("\x1b\\[>?[ -?]{0,4}[@-~]"),
        2 => text("\x1b\\](4|10|11|12|22|52|0|2|7|8|9|777|1337)(;([0-9]{0,4}|\\?|c|[ -~]{0,8})){0,4}(\x07|\x1b\\\\)"),
        2 => text("\x1bP[$+>!]?q?[ -~]{0,12}\x1b\\\\"),
        1 => text("\x1b\\[[0-9]{0,6}(;[0-9]{0,2}){0,5}\\*y"),
        4 => pictures(),
        2 => text("\x1b_G[a-zA-Z]=[ -~]{0,12}(,[iIpq]=[0-9]{1,10}){0,3}(;[ -~]{0,9})?\x1b\\\\"),
    ];
    proptest::collection::vec(token, 1..20).prop_map(|tokens| tokens.concat())
}

/// Bytes of the reply at the start, 0 if there is none.
pub(crate) fn reply_len(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let version = format!("\x1bP>|abide {}\x1b\\", env!("CARGO_PKG_VERSION"));
    for fixed in [
        &version[..],
        "\x1bP!|00000000\x1b\\",
        "\x1bP0$r\x1b\\",
        "\x1bP0+r\x1b\\",
        "\x1b]L\x1b\\",
        "\x1b]1337;ReportCellSize=16.0;8.0;1.0\x1b\\",
        "\x1b]l\x1b\\",
    ] {
        if text.starts_with(fixed) {
            return fixed.len();
        }
    }
    if let Some(rest) = text.strip_prefix("\x1b_G") {
        return picture_reply_len(rest).map_or(0, |len| 3 + len);
    }
    if let Some(rest) = text.strip_prefix("\x1bP")
        && let Some((number, sum)) = rest.split_once("!~")
        && (1..=5).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
    {
        let is_sum = sum.len() >= 6 && sum.as_bytes()[..4].iter().all(u8::is_ascii_hexdigit);
        return if is_sum && sum[4..].starts_with("\x1b\\") { 2 + number.len() + 2 + 6 } else { 0 };
    }
    if let Some(rest) = text.strip_prefix("\x1bP1$r") {
        return ended(
            rest,
            5,
            "\x1b\\",
            |c| c.is_ascii_digit() || ";:>".contains(c),
            &["m", "f", "r", " q", "\"p", "\"q", "s", "t", "*|", "$|", "*x", "$}", "$~"],
        );
    }
    if let Some(rest) = text.strip_prefix("\x1bP1+r") {
        return ended(rest, 5, "\x1b\\", |c| "0123456789ABCDEF=".contains(c), &[""]);
    }
    if let Some(rest) = text.strip_prefix("\x1b]22;0") {
        return ended(rest, 6, "\x1b\\", |c| "0,".contains(c), &[""]);
    }
    if let Some(rest) = text.strip_prefix("\x1b]") {
        for end in ["\x1b\\", "\x07"] {
            let len = ended(rest, 2, end, |c| c.is_ascii_hexdigit() || ";:/rgb".contains(c), &[""]);
            if len > 0 {
                return len;
            }
        }
        return 0;
    }
    for (prefix, own) in [("\x1b[?", &["u", "S"][..]), ("\x1b[>", &["m", "f"]), ("\x1b[", &["m"])] {
        if let Some(rest) = text.strip_prefix(prefix) {
            let number = rest.find(|c: char| !c.is_ascii_digit() && !";:".contains(c)).unwrap_or(rest.len());
            let last = ["R", "c", "n", "t", "x", "$y", "*{", "#Q"]
                .iter()
                .chain(own)
                .find(|last| rest[number..].starts_with(**last));
            return last.map_or(0, |last| prefix.len() + number + last.len());
        }
    }
    0
}

/// Numbers of a picture and of a place, and fixed words.
fn picture_reply_len(rest: &str) -> Option<usize> {
    const WORDS: [&str; 9] = [
        "OK",
        "EINVAL:not understood",
        "ENOENT:no such picture",
        "EPERM:files and memory are not read",
        "ENODATA:not as many bytes as it takes",
        "EBADF:the data cannot be read",
        "EFBIG:it is too large",
        "ENOTSUP:there is no such action",
        "ENOPARENT:no such placement",
    ];
    let (keys, said) = rest.split_once(';')?;
    let are_numbers = keys.split(',').all(|pair| {
        let number = pair.strip_prefix(['i', 'I', 'p']).and_then(|rest| rest.strip_prefix('='));
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    });
    let words = WORDS.iter().find(|words| said.starts_with(&format!("{words}\x1b\\")))?;
    are_numbers.then_some(keys.len() + 1 + words.len() + 2)
}

/// Length of `prefix_len` + characters that are allowed + one of the words + the end.
fn ended(rest: &str, prefix_len: usize, end: &str, allowed: impl Fn(char) -> bool, words: &[&str]) -> usize {
    let Some(at) = rest.find(end) else { return 0 };
    let body = &rest[..at];
    let fits =
        words.iter().any(|word| body.strip_suffix(word).is_some_and(|body| body.chars().all(&allowed)));
    if fits { prefix_len + at + end.len() } else { 0 }
}

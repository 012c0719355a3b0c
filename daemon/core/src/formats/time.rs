//! Seconds to dates, in the proleptic Gregorian calendar and English, as strftime(3) in the C locale.

use std::fmt::Write as _;

/// A moment and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// Seconds since 1970, UTC.
    pub wall_seconds: i64,
    /// Seconds east of UTC.
    pub zone_seconds: i32,
}

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

struct Date {
    year: i64,
    /// From 0.
    month: usize,
    /// From 1.
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// From 0, Sunday.
    weekday: usize,
    /// From 0.
    year_day: i64,
}

impl Date {
    fn new(clock: Clock) -> Date {
        // Years beyond 9999 help nobody and would overflow below.
        let seconds =
            clock.wall_seconds.clamp(-62_135_596_800, 253_402_300_799) + i64::from(clock.zone_seconds);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Days to a civil date, with years that begin in March (the usual era arithmetic).
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 2 } else { march_month - 10 };
        let year = year_of_era + era * 400 + i64::from(month <= 1);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let month = usize::try_from(month).unwrap_or(0).min(11);
        let year_day = before[month] + day - 1 + i64::from(leap && month > 1);
        let weekday = usize::try_from((days + 4).rem_euclid(7)).unwrap_or(0);
        Date {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            weekday,
            year_day,
        }
    }

    fn hour_12(&self) -> i64 {
        match self.hour % 12 {
            0 => 12,
            hour => hour,
        }
    }

    /// Week of the year when weeks begin on that day.
    fn week(&self, first_weekday: i64) -> i64 {
        let weekday = i64::try_from(self.weekday).unwrap_or(0);
        (self.year_day + 7 - (weekday - first_weekday).rem_euclid(7)) / 7
    }

    fn iso_week(&self) -> (i64, i64) {
        let weekday = i64::try_from((self.weekday + 6) % 7).unwrap_or(0);
        let days_in = |year: i64| 365 + i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
        // The week belongs to the year that its Thursday is in.
        let thursday = self.year_day - weekday + 3;
        if thursday < 0 {
            (self.year - 1, (thursday + days_in(self.year - 1)) / 7 + 1)
        } else if thursday >= days_in(self.year) {
            (self.year + 1, 1)
        } else {
            (self.year, thursday / 7 + 1)
        }
    }
}

/// As strftime(3); what is no conversion stays as it is.
#[must_use]
pub fn strftime(format: &str, clock: Clock) -> String {
    let date = Date::new(clock);
    let mut out = String::with_capacity(format.len() + 16);
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else {
            out.push('%');
            return out;
        };
        if conversion(c, &date, clock, &mut out).is_none() {
            out.push('%');
            out.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    out.push_str(rest);
    out
}

fn conversion(c: char, date: &Date, clock: Clock, out: &mut String) -> Option<()> {
    let Date { year, month, day, hour, minute, second, weekday, year_day } = *date;
    let again = |format: &str, out: &mut String| out.push_str(&strftime(format, clock));
    match c {
        'a' => out.push_str(&DAYS[weekday][..3]),
        'A' => out.push_str(DAYS[weekday]),
        'b' | 'h' => out.push_str(&MONTHS[month][..3]),
        'B' => out.push_str(MONTHS[month]),
        'c' => again("%a %b %e %H:%M:%S %Y", out),
        'C' => write!(out, "{:02}", year / 100).ok()?,
        'd' => write!(out, "{day:02}").ok()?,
        'D' | 'x' => again("%m/%d/%y", out),
        'e' => write!(out, "{day:2}").ok()?,
        'F' => again("%Y-%m-%d", out),
        'g' => write!(out, "{:02}", date.iso_week().0.rem_euclid(100)).ok()?,
        'G' => write!(out, "{}", date.iso_week().0).ok()?,
        'H' => write!(out, "{hour:02}").ok()?,
        'I' => write!(out, "{:02}", date.hour_12()).ok()?,
        'j' => write!(out, "{:03}", year_day + 1).ok()?,
        'k' => write!(out, "{hour:2}").ok()?,
        'l' => write!(out, "{:2}", date.hour_12()).ok()?,
        'm' => write!(out, "{:02}", month + 1).ok()?,
        'M' => write!(out, "{minute:02}").ok()?,
        'n' => out.push('\n'),
        'p' => out.push_str(if hour < 12 { "AM" } else { "PM" }),
        'P' => out.push_str(if hour < 12 { "am" } else { "pm" }),
        'r' => again("%I:%M:%S %p", out),
        'R' => again("%H:%M", out),
        's' => write!(out, "{}", clock.wall_seconds).ok()?,
        'S' => write!(out, "{second:02}").ok()?,
        't' => out.push('\t'),
        'T' | 'X' => again("%H:%M:%S", out),
        'u' => write!(out, "{}", if weekday == 0 { 7 } else { weekday }).ok()?,
        'U' => write!(out, "{:02}", date.week(0)).ok()?,
        'V' => write!(out, "{:02}", date.iso_week().1).ok()?,
        'w' => write!(out, "{weekday}").ok()?,
        'W' => write!(out, "{:02}", date.week(1)).ok()?,
        'y' => write!(out, "{:02}", year.rem_euclid(100)).ok()?,
        'Y' => write!(out, "{year}").ok()?,
        'z' | 'Z' => {
            let zone = clock.zone_seconds;
            if c == 'Z' && zone == 0 {
                out.push_str("UTC");
            } else {
                let (sign, zone) = (if zone < 0 { '-' } else { '+' }, zone.unsigned_abs() / 60);
                write!(out, "{sign}{:02}{:02}", zone / 60, zone % 60).ok()?;
            }
        }
        '%' => out.push('%'),
        _ => return None,
    }
    Some(())
}

/// `Tue Nov 24 11:54:17 2026`.
#[must_use]
pub fn ctime(clock: Clock) -> String {
    strftime("%c", clock)
}

/// The shortest form that still tells when: the hour today, the day this month, else the month and year.
pub(super) fn short(clock: Clock, age: i64) -> String {
    const DAY: i64 = 86_400;
    let format = match age {
        _ if age < DAY => "%H:%M",
        _ if age < 28 * DAY => "%a%d",
        _ if age < 334 * DAY => "%d%b",
        _ => "%h%y",
    };
    strftime(format, clock)
}

/// How long ago in two units: `3d4h`, `2m10s`.
pub(super) fn age(seconds: i64) -> String {
    let s = seconds.max(0);
    match s {
        0..60 => format!("{s}s"),
        60..3600 => format!("{}m{}s", s / 60, s % 60),
        3600..86_400 => format!("{}h{}m", s / 3600, s / 60 % 60),
        _ => format!("{}d{}h", s / 86_400, s / 3600 % 24),
    }
}

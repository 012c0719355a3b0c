//! A moment as people read it.

use crate::base::instant::Now;

/// `Tue Nov 24 11:26:05 2026`, in the zone of that moment.
#[must_use]
pub fn date_text(at: Now) -> String {
    let seconds = at.wall_seconds.saturating_add(i64::from(at.zone_seconds));
    let days = seconds.div_euclid(86_400);
    let of_day = seconds.rem_euclid(86_400);
    let (year, month, day) = civil(days);
    const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let weekday = WEEKDAYS[days.rem_euclid(7) as usize];
    let month = MONTHS[(month - 1) as usize % 12];
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{weekday} {month} {day:>2} {hour:02}:{minute:02}:{second:02} {year}")
}

/// Year, month and day of a number of days since 1970-01-01 in the Gregorian calendar, counted in eras of
/// 400 years that begin in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let at = |wall_seconds, zone_seconds| date_text(Now { wall_seconds, zone_seconds, ..Now::default() });
        assert_eq!(at(0, 0), "Thu Jan  1 00:00:00 1970");
        assert_eq!(at(1_795_519_565, 3600), "Tue Nov 24 12:26:05 2026");
        assert_eq!(at(951_782_399, 0), "Mon Feb 28 23:59:59 2000");
        assert_eq!(at(951_782_400, 0), "Tue Feb 29 00:00:00 2000");
        assert_eq!(at(-1, 0), "Wed Dec 31 23:59:59 1969");
    }
}

//! `e|+|:1,2`.

use super::limits;

/// The result as text; none when an operand is no number or the operator is not known. Whole numbers unless
/// `float`; then with `precision` digits after the point (2 where none is given).
pub(super) fn calculate(
    operator: &str,
    float: bool,
    precision: Option<usize>,
    left: &str,
    right: &str,
) -> Option<String> {
    let number = |text: &str| {
        let value: f64 = if text.is_empty() { 0.0 } else { text.parse().ok()? };
        let value = if float { value } else { value.trunc() };
        value.is_finite().then_some(value)
    };
    let (left, right) = (number(left)?, number(right)?);
    let truth = |value: bool| f64::from(u8::from(value));
    let result = match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "m" | "%" | "%%" => left % right,
        "==" => truth((left - right).abs() < 1e-9),
        "!=" => truth((left - right).abs() >= 1e-9),
        ">" => truth(left > right),
        "<" => truth(left < right),
        ">=" => truth(left >= right),
        "<=" => truth(left <= right),
        _ => return None,
    };
    if !result.is_finite() {
        return None;
    }
    let precision = precision.unwrap_or(if float { 2 } else { 0 }).min(limits::PRECISION_MAX);
    // No negative zero.
    let result = if float { result } else { result.trunc() } + 0.0;
    Some(format!("{result:.precision$}"))
}

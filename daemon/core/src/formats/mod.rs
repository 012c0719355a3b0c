//! Formats: `#{…}` and what it expands to.

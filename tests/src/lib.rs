//! Helpers shared by the tests that look at more than one part.

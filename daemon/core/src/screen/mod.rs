//! What a program's bytes look like.

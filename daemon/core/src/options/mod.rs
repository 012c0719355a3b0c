//! Options: what there is (`table`), what is set (one [`OptionNode`] per server, session, window, pane), and
//! how the two give a value ([`Lookup`]).

mod check;
pub mod limits;
mod lookup;
mod node;
mod reruns;
mod show;
pub mod style;
pub mod table;
mod value;

pub use check::check;
pub use lookup::Lookup;
pub use node::{Append, OptionNode};
pub use reruns::{Rerun, Reruns};
pub use show::{ShowForm, show_all, show_one};
pub use table::{Kind, NameFault, Scope, Spec, find, split_index};
pub use value::Value;

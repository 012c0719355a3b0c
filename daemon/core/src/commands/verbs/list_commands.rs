//! list-commands

use crate::commands::{
    prepare::find,
    run::{Flow, Run},
    spec::Spec,
    table,
};
use crate::{formats, session::facts::Sight};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "list-commands",
    alias: Some("lscm"),
    flags: "F:",
    arguments: (0, Some(1)),
    usage: "[-F format] [command]",
    text: "Lists the commands with their flags and arguments.",
    starts_server: true,
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let only = match run.args.value(0) {
        Some(name) => Some(find(&name)?),
        None => None,
    };
    let format = run.text('F');
    for spec in table::ROWS.iter().copied().filter(|spec| only.is_none_or(|only| only.name == spec.name)) {
        let line = match &format {
            None => spec.usage_line(),
            Some(format) => {
                let sight = Sight::server(run.model)
                    .with("command_list_name", spec.name)
                    .with("command_list_alias", spec.alias.unwrap_or_default())
                    .with("command_list_usage", spec.usage);
                formats::expand(format, &sight)
            }
        };
        run.print(&line);
    }
    Ok(Flow::Next)
}

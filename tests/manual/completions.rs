//! Completions for bash, zsh and fish: commands, their aliases and flags.

use super::must_be;
use abide_core::commands::{ROWS, Spec};

const MADE: &str = "# Printed from the command table; see tests/manual. Not edited by hand.\n";

/// The flags that a command serves, `-t` and so on.
fn flags(spec: &Spec) -> Vec<String> {
    let served = |c: &char| *c != ':' && spec.refused.iter().all(|(refused, _)| refused != c);
    spec.flags.chars().filter(served).map(|c| format!("-{c}")).collect()
}

fn names() -> Vec<&'static str> {
    ROWS.iter().flat_map(|spec| [Some(spec.name), spec.alias]).flatten().collect()
}

#[test]
fn bash() {
    let mut out = format!("{MADE}_abide() {{\n  local word=${{COMP_WORDS[COMP_CWORD]}} command= i\n");
    out += "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case ${COMP_WORDS[i]} in\n      -f|-L|-S) ((i++)) ;;\n      -*) ;;\n      *) command=${COMP_WORDS[i]}; break ;;\n    esac\n  done\n";
    out += "  if [[ ${COMP_WORDS[COMP_CWORD-1]} == -t || ${COMP_WORDS[COMP_CWORD-1]} == -s ]] && [[ -n $command ]]; then\n";
    out += "    mapfile -t COMPREPLY < <(compgen -W \"$(abide list-sessions -F '#S' 2>/dev/null)\" -- \"$word\")\n    return\n  fi\n";
    out += "  case $command in\n";
    out += &format!(
        "    '') mapfile -t COMPREPLY < <(compgen -W '-f -L -S -V -v web {}' -- \"$word\") ;;\n",
        names().join(" ")
    );
    for spec in ROWS {
        let pattern = spec.alias.map_or(spec.name.to_owned(), |alias| format!("{}|{alias}", spec.name));
        out += &format!(
            "    {pattern}) mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$word\") ;;\n",
            flags(spec).join(" ")
        );
    }
    out += "  esac\n}\ncomplete -o default -F _abide abide\n";
    must_be("packaging/completions/abide.bash", &out);
}

#[test]
fn zsh() {
    let quoted = |text: &str| text.replace('\'', "'\\''").replace(':', "\\:");
    let mut out = format!("#compdef abide\n{MADE}_abide() {{\n  local -a commands\n  commands=(\n");
    for spec in ROWS {
        out += &format!("    '{}:{}'\n", spec.name, quoted(spec.text));
        if let Some(alias) = spec.alias {
            out += &format!("    '{alias}:{}'\n", quoted(spec.text));
        }
    }
    out += "    'web:Serve the sessions to a browser'\n  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n";
    out += "  case $words[CURRENT-1] in\n    -t|-s) compadd -- ${(f)\"$(abide list-sessions -F '#S' 2>/dev/null)\"}; return ;;\n  esac\n  case $words[2] in\n";
    for spec in ROWS {
        let pattern = spec.alias.map_or(spec.name.to_owned(), |alias| format!("{}|{alias}", spec.name));
        out += &format!("    {pattern}) compadd -- {} ;;\n", flags(spec).join(" "));
    }
    out += "  esac\n}\n_abide \"$@\"\n";
    must_be("packaging/completions/abide.zsh", &out);
}

#[test]
fn fish() {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let mut out = format!("{MADE}complete -c abide -f\n");
    for spec in ROWS {
        out += &format!(
            "complete -c abide -n __fish_use_subcommand -a {} -d '{}'\n",
            spec.name,
            quoted(spec.text)
        );
        let seen = spec.alias.map_or(spec.name.to_owned(), |alias| format!("{} {alias}", spec.name));
        for flag in flags(spec) {
            out += &format!("complete -c abide -n '__fish_seen_subcommand_from {seen}' -s {}\n", &flag[1..]);
        }
        if spec.flags.contains("t:") {
            out += &format!(
                "complete -c abide -n '__fish_seen_subcommand_from {seen}' -s t -x -a '(abide list-sessions -F \"#S\" 2>/dev/null)'\n"
            );
        }
    }
    out += "complete -c abide -n __fish_use_subcommand -a web -d 'Serve the sessions to a browser'\n";
    must_be("packaging/completions/abide.fish", &out);
}

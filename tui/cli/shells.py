"""The shells' side of completion: click's own, taught quotes, commas and rules that go on."""

import os
from typing import ClassVar

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

from tui.cli.offers import RULE

# What bash calls the listing of all there are, after a second TAB.
_LISTING = "63"

# Unquoted, a value is quoted as the shell would; within quotes it stands as it is. Nothing is ever said.
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' cur="${COMP_WORDS[COMP_CWORD]}" line type value
    COMPREPLY=()
    while read -r line; do
        type="${line%%%%,*}" value="${line#*,}"
        case "$type" in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            rule|plain)
                [[ $type == rule ]] && compopt -o nospace
                [[ $cur == [\\"\\']* ]] || printf -v value '%%q' "$value"
                COMPREPLY+=("$value") ;;
        esac
    done < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD COMP_TYPE=$COMP_TYPE \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    # A single answer would close the quotes, and the rule goes on.
    [[ $type == rule && ${#COMPREPLY[@]} == 1 && $cur == [\\"\\']* ]] && COMPREPLY+=("${COMPREPLY[0]} ")
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

# Only the first comma parts type and value: values hold commas.
_FISH = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \\
        COMP_CWORD=(commandline -t) %(prog_name)s 2>/dev/null)
    for completion in $response
        set -l parts (string split -m 1 "," -- $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain rule
                echo $parts[2]
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class Bash(BashComplete):
    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """As click does, but `--state=d`, which bash parts at the sign, is `--state d`."""
        args, incomplete = super().get_completion_args()
        if incomplete == "=":
            return args, ""
        return (args[:-1], incomplete) if args and args[-1] == "=" else (args, incomplete)

    def format_completion(self, item: CompletionItem[str]) -> str:
        """A rule that goes on is listed by what is new of it; what is inserted is the whole."""
        is_listed = os.environ.get("COMP_TYPE") == _LISTING
        return f"{item.type},{item.shown if is_listed and item.type == RULE else item.value}"

    @staticmethod
    def _check_version() -> None:
        """Asking bash for its version would take longer than the script; ours is for 4.4 and later."""


class _WholeWords(ShellComplete):
    """Shells that put a completion in place of the whole word: `--state=d` becomes `--state=dead`."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        option, sign, value = incomplete.partition("=")
        if not (sign and option.startswith("--")):
            return super().get_completions(args, incomplete)
        found = super().get_completions([*args, option], value)
        return [CompletionItem(f"{option}={item.value}", type=item.type, help=item.help) for item in found]


class Zsh(_WholeWords, ZshComplete):
    def format_completion(self, item: CompletionItem[str]) -> str:
        return super().format_completion(CompletionItem(item.value, type=_plain(item.type), help=item.help))


class Fish(_WholeWords, FishComplete):
    source_template: ClassVar[str] = _FISH


def teach() -> None:
    """Puts ours in place of click's."""
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell)


def _plain(kind: str) -> str:
    return "plain" if kind == RULE else kind

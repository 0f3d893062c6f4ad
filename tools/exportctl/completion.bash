# Completion of exportctl for bash.

_exportctl() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local verbs="create list show wait download cancel retry verify fsck requeue stats"
    local server="--server --organization --token-file --ca-file --allow-http --proxy"
    local create="--type --format --compression --limit --field --project --query --sort --period --start --end"
    COMPREPLY=()

    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$current")
        return
    fi
    local values=""
    case $previous in
    --format) values="csv jsonl" ;;
    --compression) values="gzip zstd" ;;
    --status) values="EARLY VALID EXPIRED FAILED" ;;
    --data)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        return
        ;;
    --token-file | --ca-file | --manifest | --output | -o)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    esac
    if [[ -n $values ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
        return
    fi
    if [[ $current == -* ]]; then
        local options="--help --json"
        case ${COMP_WORDS[1]} in
        create) options+=" $server $create" ;;
        wait) options+=" $server --timeout" ;;
        download) options+=" $server --output --manifest --force --wait" ;;
        retry) options+=" $server" ;;
        list) options+=" $server --data --user --status" ;;
        show | cancel) options+=" $server --data" ;;
        fsck) options+=" --data --repair --no-hashes" ;;
        requeue) options+=" --data" ;;
        stats) options+=" --data --organization" ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        return
    fi
    case ${COMP_WORDS[1]} in
    create | verify) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    esac
}

complete -o filenames -F _exportctl exportctl

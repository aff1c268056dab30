# Waits until the process that started it has gone, then stops the server in folder $1 and removes the folder.
# Standard input is a pipe whose other end that process holds and never writes to: it ends however the process ends.

# Ctrl+C and a closed terminal go to the whole group; the server has to be removed just then.
trap '' HUP INT QUIT TERM

folder=$1
while read -r line; do :; done

# Only while a process that runs on this folder has the number: it may have been given to another one since.
server_lives() {
    [ -f "$folder/data/postmaster.pid" ] || return 1
    read -r pid < "$folder/data/postmaster.pid" || return 1
    if [ -r "/proc/$pid/cmdline" ]; then
        tr '\0' ' ' < "/proc/$pid/cmdline" | grep -qF -- "$folder"
    else
        ps -o args= -p "$pid" 2>/dev/null | grep -qF -- "$folder"
    fi
}

# An immediate shutdown (SIGQUIT) takes the backends along and gives back the shared memory; the server itself
# kills what does not go within five seconds. Two minutes at most, in steps of a tenth of a second.
step=0
while [ -d "$folder" ] && [ "$step" -lt 1200 ]; do
    if server_lives; then
        if [ "$step" -lt 200 ]; then kill -QUIT "$pid"; else kill -KILL "$pid"; fi
    else
        rm -rf "$folder"
    fi
    [ -d "$folder" ] && sleep 0.1
    step=$((step + 1))
done
